import { type ReactNode, useEffect, useRef } from 'react';
import type { ClientFile, Connect } from '../../../src/contract.ts';
import { messageOf } from '../api/client.ts';
import { Button } from '../parts/button.tsx';
import { Difference } from './difference.tsx';
import { type Outcome, useConnecting } from './use-connecting.ts';

interface WritePanelProps {
  client: Connect['clients'][number];
  here: ClientFile;
}

/** What is in a client's configuration, what writing would change, and the way back. */
export function WritePanel({ client, here }: WritePanelProps) {
  const { id, title } = client;
  const { write, undo, lookAgain, isBusy, outcome } = useConnecting(id);
  return (
    <section aria-labelledby={`write-${id}`}>
      <h2 id={`write-${id}`} className="mb-2 font-medium text-base">
        In its configuration
      </h2>
      <div className="card overflow-hidden">
        <div className="px-4 py-3">
          <p className="break-all font-mono text-xs">{here.file}</p>
          {here.leads_to !== undefined && (
            <p className="mt-1 text-soft text-xs">
              a link to <span className="break-all font-mono">{here.leads_to}</span>
            </p>
          )}
          <p className="mt-1.5 text-sm text-soft">{describe(here, title)}</p>
        </div>
        {here.problem && (
          <div role="alert" className="border-line border-t bg-bad-soft px-4 py-3 text-sm">
            <p className="break-words font-medium">{here.problem.detail}</p>
            {here.problem.hint !== undefined && <p className="mt-1">{here.problem.hint}</p>}
          </div>
        )}
        {here.changes && <Difference title={title} changes={here.changes} />}
        {hides(here) && (
          <p className="border-line border-t px-4 py-2.5 text-faint text-xs">
            ••• stands for values that are not shown, because they may be secret. Those that stay are kept as they are.
          </p>
        )}
        <Told outcome={outcome} afterwards={client.afterwards} />
        <Actions>
          {here.digest !== undefined && (
            <Button look="primary" disabled={isBusy} onClick={() => void write(here.digest ?? '')}>
              Write to {title}
            </Button>
          )}
          {here.problem && (
            <Button disabled={isBusy} onClick={() => void lookAgain()}>
              Look again
            </Button>
          )}
          {here.undo && (
            <Button disabled={isBusy} onClick={() => void undo()}>
              Undo
            </Button>
          )}
          {here.digest !== undefined && (
            <p className="text-faint text-xs">
              {here.exists ? 'A copy of the file is put beside it first; ' : 'The file is made; '}
              nothing else in it changes.
            </p>
          )}
          {here.undo && <p className="text-faint text-xs">{ways[here.undo.brings]}</p>}
        </Actions>
        {here.undo?.backup !== undefined && (
          <p className="border-line border-t px-4 py-2.5 text-faint text-xs">
            Copy of before: <span className="break-all font-mono text-soft">{here.undo.backup}</span>
          </p>
        )}
      </div>
    </section>
  );
}

const ways = {
  file: 'Undo brings back the file as it was, byte for byte.',
  gone: 'Undo removes the file, which was not there before.',
  entries: 'The file has changed since: undo takes back our entries only.',
} as const;

function describe({ exists, used, present, changes, problem }: ClientFile, title: string): string {
  if (problem) return 'Nothing can be written there as it is.';
  if (!changes) return `${title} has the servers: ${present?.join(', ')}.`;
  if (!exists)
    return used ? 'The file is not there yet.' : `The file is not there; ${title} seems not to be used here.`;
  const differs = changes.some(({ lines }) => lines.some(({ sign }) => sign === '-'));
  return differs ? 'It starts a server in another way:' : 'The servers are not in it yet:';
}

const hides = ({ changes = [] }: ClientFile): boolean =>
  changes.some(({ lines }) => lines.some(({ text }) => text.includes('•••')));

/** What came of the last press of a button; focus goes there, because the button is gone. */
function Told({ outcome, afterwards }: { outcome: Outcome | undefined; afterwards: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (outcome) place.current?.focus();
  }, [outcome]);
  return (
    <div ref={place} tabIndex={-1} aria-live="polite" className="-outline-offset-2">
      {outcome?.kind === 'failed' && (
        <p role="alert" className="border-line border-t px-4 py-3 text-bad text-sm">
          {messageOf(outcome.error)}
        </p>
      )}
      {outcome?.kind === 'written' && (
        <p className="border-line border-t bg-good-soft px-4 py-3 text-sm">
          <span className="font-medium">Written.</span> {afterwards}
        </p>
      )}
      {outcome?.kind === 'undone' && (
        <p className="border-line border-t px-4 py-3 text-sm">
          <span className="font-medium">Taken back.</span> {results[outcome.brought]} {afterwards}
        </p>
      )}
    </div>
  );
}

const results = {
  file: 'The file is as it was.',
  gone: 'The file is gone again.',
  entries: 'Our entries are as they were.',
} as const;

function Actions({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-t px-4 py-3">{children}</div>;
}
