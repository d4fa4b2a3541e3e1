import { ToggleGroup } from 'radix-ui';
import { Icon, type IconName } from './icons.tsx';

interface SegmentedProps<V extends string> {
  label: string;
  value: V;
  choices: readonly { value: V; label: string; icon?: IconName }[];
  onChoose: (value: V) => void;
}

/** Two or three choices side by side, one of them on. */
export function Segmented<V extends string>({ label, value, choices, onChoose }: SegmentedProps<V>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={(next) => next !== '' && onChoose(next as V)}
      aria-label={label}
      className="inline-flex h-8 shrink-0 rounded-lg border border-line bg-sunken p-0.5"
    >
      {choices.map((choice) => (
        <ToggleGroup.Item
          key={choice.value}
          value={choice.value}
          className="inline-flex items-center gap-1.5 rounded-md px-2.5 text-soft text-sm hover:text-ink data-[state=on]:bg-thumb data-[state=on]:font-medium data-[state=on]:text-ink data-[state=on]:shadow-sm"
        >
          {choice.icon && <Icon name={choice.icon} className="size-3.5" />}
          {choice.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
