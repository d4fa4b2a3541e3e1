import { useSearchParams } from 'wouter';
import { PageHead } from '../parts/page-head.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { CallList } from './call-list.tsx';
import { EventList } from './event-list.tsx';

export function ActivityPage() {
  const [search, setSearch] = useSearchParams();
  const show = search.get('show') === 'calls' ? 'calls' : 'events';
  return (
    <>
      <PageHead title="Activity">
        <span className="ml-auto">
          <Segmented
            label="What to list"
            value={show}
            choices={[
              { value: 'events', label: 'Changes' },
              { value: 'calls', label: 'Tool calls' },
            ]}
            onChoose={(next) => setSearch(next === 'calls' ? { show: 'calls' } : {}, { replace: true })}
          />
        </span>
      </PageHead>
      {show === 'calls' ? <CallList /> : <EventList />}
    </>
  );
}
