import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'radix-ui';
import type { ReactNode } from 'react';
import type { Connect } from '../../../src/contract.ts';
import { connectQuery } from '../api/queries.ts';
import { CodeRegion } from '../parts/code-region.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Failed, Loading } from '../parts/states.tsx';

export function ConnectPage() {
  const { data, error, refetch } = useQuery(connectQuery);
  return (
    <>
      <PageHead title="Connect" />
      <p className="-mt-3 mb-5 max-w-2xl text-soft">
        Add the servers to your client, then start it anew. It starts them by itself; they appear on Home as soon as it
        does.
      </p>
      {Boolean(error) && !data && (
        <div className="card">
          <Failed what="The configuration" error={error} retry={refetch} />
        </div>
      )}
      {!data && !error && (
        <div className="card">
          <Loading rows={5} label="Loading the configuration" />
        </div>
      )}
      {data && <Clients connect={data} />}
    </>
  );
}

function Clients({ connect }: { connect: Connect }) {
  const [first] = connect.clients;
  return (
    <Tabs.Root defaultValue={first?.id ?? ''}>
      <Tabs.List aria-label="Clients" className="mb-4 flex gap-1 overflow-x-auto border-line border-b">
        {connect.clients.map(({ id, title }) => (
          <Tabs.Trigger
            key={id}
            value={id}
            className="-mb-px -outline-offset-2 h-9 shrink-0 border-transparent border-b-2 px-3 text-sm text-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {title}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {connect.clients.map((client) => (
        <Tabs.Content key={client.id} value={client.id} className="max-w-3xl space-y-6 rounded-md">
          <Client client={client} system={connect.system} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

const systems = { linux: 'Linux', macos: 'macOS', windows: 'Windows' } as const;

function Client({ client, system }: { client: Connect['clients'][number]; system: Connect['system'] }) {
  const { files, config, command, link, title } = client;
  const others = (Object.keys(systems) as Connect['system'][]).filter((name) => name !== system);
  return (
    <>
      {link !== undefined && (
        <Step title="In one click">
          <a
            href={link}
            className="inline-flex h-8 items-center rounded-md bg-accent px-3 font-medium text-on-accent text-sm hover:bg-accent-strong"
          >
            Add to {title}
          </a>
        </Step>
      )}
      {command !== undefined && (
        <Step title={link === undefined ? 'In a terminal' : 'Or in a terminal'}>
          <Code text={command} label={`Command for ${title}`} wrap />
        </Step>
      )}
      {config && (
        <Step title={command === undefined && link === undefined ? 'In its configuration' : 'Or in its configuration'}>
          {files && (
            <div className="mb-2 text-sm text-soft">
              <p>
                Put this into <code className="break-all font-mono text-ink text-xs">{files[system]}</code>
              </p>
              <details className="mt-1 text-xs">
                <summary className="w-fit cursor-pointer rounded-sm text-faint hover:text-ink">
                  On another system
                </summary>
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
          )}
          <Code text={JSON.stringify(config, null, 2)} label={`Configuration for ${title}`} />
          <p className="mt-2 text-faint text-xs">
            If the file has entries already, add only what stands inside the outer braces.{' '}
            <code className="font-mono">pnpm connect</code> does it for you, with a backup.
          </p>
        </Step>
      )}
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
