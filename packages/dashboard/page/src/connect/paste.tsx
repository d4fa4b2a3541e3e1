import type { ReactNode } from 'react';
import type { Connect } from '../../../src/contract.ts';
import { CodeRegion } from '../parts/code-region.tsx';
import { CopyButton } from '../parts/copy-button.tsx';

const systems = { linux: 'Linux', macos: 'macOS', windows: 'Windows' } as const;

interface PasteProps {
  client: Connect['clients'][number];
  system: Connect['system'];
}

/** The ways that need no writing by the dashboard: links, commands, and the JSON itself. */
export function Paste({ client, system }: PasteProps) {
  const { files, config, command, links = [], title, here } = client;
  const isFirst = here === undefined;
  const others = (Object.keys(systems) as Connect['system'][]).filter((name) => name !== system);
  return (
    <>
      {links.length > 0 && (
        <Step title={isFirst ? 'In one click' : 'Or in one click, by the client'}>
          <ul className="flex flex-wrap gap-2">
            {links.map(({ server, href }) => (
              <li key={server}>
                <a
                  href={href}
                  className="inline-flex h-8 items-center rounded-md border border-line bg-surface px-3 text-sm hover:bg-hover"
                >
                  Add {links.length > 1 && `${server} `}to {title}
                </a>
              </li>
            ))}
          </ul>
        </Step>
      )}
      {command !== undefined && (
        <Step title={isFirst && links.length === 0 ? 'In a terminal' : 'Or in a terminal'}>
          <Code text={command} label={`Command for ${title}`} wrap />
        </Step>
      )}
      <Step title={isFirst && command === undefined && links.length === 0 ? 'By hand' : 'Or by hand'}>
        <div className="mb-2 text-sm text-soft">
          <p>
            Put this into <code className="break-all font-mono text-ink text-xs">{here?.file ?? files[system]}</code>
          </p>
          <details className="mt-1 text-xs">
            <summary className="w-fit cursor-pointer rounded-sm text-faint hover:text-ink">On another system</summary>
            <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3">
              {others.map((name) => (
                <div key={name} className="contents">
                  <dt>{systems[name]}</dt>
                  <dd className="break-all font-mono">{files[name]}</dd>
                </div>
              ))}
            </dl>
          </details>
        </div>
        <Code text={JSON.stringify(config, null, 2)} label={`Configuration for ${title}`} />
        <p className="mt-2 text-faint text-xs">
          If the file has entries already, add only what stands inside the outer braces.{' '}
          <code className="font-mono">pnpm connect</code> does it in a terminal, with a copy of before.
        </p>
      </Step>
    </>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 font-medium text-base">{title}</h2>
      {children}
    </section>
  );
}

function Code({ text, label, wrap = false }: { text: string; label: string; wrap?: boolean }) {
  return (
    <div className="card relative overflow-hidden">
      <div className="absolute top-2 right-2">
        <CopyButton text={text} />
      </div>
      <CodeRegion
        label={label}
        className={`-outline-offset-2 overflow-x-auto p-4 pt-12 leading-5 sm:pt-4 sm:pr-28 ${wrap ? '[&_pre]:whitespace-pre-wrap [&_pre]:break-all' : ''}`}
      >
        {text}
      </CodeRegion>
    </div>
  );
}
