import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'radix-ui';
import type { Connect } from '../../../src/contract.ts';
import { connectQuery } from '../api/queries.ts';
import { Icon } from '../parts/icons.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { Paste } from './paste.tsx';
import { WritePanel } from './write-panel.tsx';

export function ConnectPage() {
  // Files change in editors beside this page.
  const { data, error, refetch } = useQuery({ ...connectQuery, refetchOnWindowFocus: 'always' });
  return (
    <>
      <PageHead title="Connect" />
      <p className="-mt-3 mb-5 max-w-2xl text-soft">
        Add the servers to your client. It starts them by itself; they appear on Home as soon as it does.
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
      {data?.off && (
        <section aria-label="Why nothing is written" className="card mb-5 max-w-3xl border-l-4 border-l-idle px-4 py-3">
          <p>{data.off.detail}</p>
          <p className="mt-1 text-sm text-soft">{data.off.hint}</p>
        </section>
      )}
      {data && <Clients connect={data} />}
    </>
  );
}

function Clients({ connect }: { connect: Connect }) {
  const first = connect.clients.find(({ here }) => here?.used) ?? connect.clients[0];
  return (
    <Tabs.Root defaultValue={first?.id ?? ''}>
      <Tabs.List aria-label="Clients" className="mb-4 flex gap-1 overflow-x-auto border-line border-b">
        {connect.clients.map(({ id, title, here }) => (
          <Tabs.Trigger
            key={id}
            value={id}
            className="-mb-px -outline-offset-2 inline-flex h-9 shrink-0 items-center gap-1.5 border-transparent border-b-2 px-3 text-sm text-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {title}
            {here?.present && !here.changes && (
              <>
                <Icon name="check" className="size-3.5 text-good" />
                <span className="sr-only">(has the servers)</span>
              </>
            )}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {connect.clients.map((client) => (
        <Tabs.Content key={client.id} value={client.id} className="max-w-3xl space-y-6 rounded-md">
          {client.here && <WritePanel client={client} here={client.here} />}
          <Paste client={client} system={connect.system} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
