import type { Priority } from '../../../src/contract.ts';
import { words } from '../parts/format.ts';
import { ChoiceMenu } from '../parts/menu.tsx';
import { PriorityMark, PriorityShape, priorities, StatusMark, StatusShape, statuses } from '../parts/status-mark.tsx';
import { useActions } from './actions.tsx';
import type { Item } from './item.ts';

const small = 'inline-flex size-7 shrink-0 items-center justify-center rounded-md hover:bg-hover';
const wide = 'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-1.5 text-sm hover:bg-hover -mx-1.5';

/** The status as a button that changes it. */
export function StatusMenu({ item, labelled = false }: { item: Item; labelled?: boolean }) {
  const { setStatus } = useActions();
  return (
    <ChoiceMenu
      label={`Status of ${item.id}`}
      value={item.status}
      choices={statuses.map((status) => ({ value: status, label: <StatusMark status={status} /> }))}
      onChoose={(status) => setStatus(item, status)}
      button={{
        className: labelled ? wide : small,
        label: `Status of ${item.id}: ${words(item.status)}`,
        title: `Status: ${words(item.status)}`,
        content: labelled ? <StatusMark status={item.status} /> : <StatusShape status={item.status} />,
      }}
    />
  );
}

/** The priority as a button that changes it. */
export function PriorityMenu({ item, labelled = false }: { item: Item & { priority: Priority }; labelled?: boolean }) {
  const { setPriority } = useActions();
  return (
    <ChoiceMenu
      label={`Priority of ${item.id}`}
      value={item.priority}
      choices={priorities.map((priority) => ({ value: priority, label: <PriorityMark priority={priority} /> }))}
      onChoose={(priority) => setPriority(item, priority)}
      button={{
        className: labelled ? wide : small,
        label: `Priority of ${item.id}: ${item.priority}`,
        title: `Priority: ${item.priority}`,
        content: labelled ? <PriorityMark priority={item.priority} /> : <PriorityShape priority={item.priority} />,
      }}
    />
  );
}
