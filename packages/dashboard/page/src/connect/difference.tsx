import type { ClientFile } from '../../../src/contract.ts';

const looks = { '+': 'bg-good-soft', '-': 'bg-bad-soft', ' ': 'text-soft' } as const;
const words = { '+': 'added', '-': 'removed', ' ': 'stays' } as const;

/** What comes and goes, line by line: by sign and word, not by colour alone. */
export function Difference({ title, changes }: { title: string; changes: NonNullable<ClientFile['changes']> }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll.
      tabIndex={0}
      aria-label={`What changes for ${title}`}
      className="-outline-offset-2 overflow-x-auto border-line border-t py-2 font-mono text-xs leading-5"
    >
      {changes.map(({ server, lines }) => (
        <ol key={server} className="w-fit min-w-full">
          {lines.map(({ sign, text }, index) => (
            <li key={index} className={`flex whitespace-pre px-4 ${looks[sign]}`}>
              <span className="w-5 shrink-0 select-none" aria-hidden="true">
                {sign}
              </span>
              <span className="sr-only">{words[sign]}: </span>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      ))}
    </section>
  );
}
