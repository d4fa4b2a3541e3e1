import { memo } from 'react';
import { Link } from 'wouter';
import type { Event } from '../../../src/contract.ts';
import { describeEvent } from '../goals/describe-event.ts';
import { hrefOf } from '../goals/item.ts';
import { Given } from '../parts/given.tsx';
import { Time } from '../parts/time.tsx';

/** Who did what to which item, in two lines. */
export const EventLine = memo(function EventLine({ event }: { event: Event }) {
  return (
    <div className="min-w-0 text-sm">
      <p className="flex min-w-0 items-baseline gap-2">
        <Link href={hrefOf(event.id)} data-row className="min-w-0 truncate rounded-sm hover:underline">
          <span className="font-mono text-faint text-xs">{event.id}</span> <Given text={event.title ?? 'gone'} />
        </Link>
        <Time at={event.at} className="ml-auto shrink-0 text-faint text-xs" />
      </p>
      <p className="truncate text-soft text-xs" title={describeEvent(event)}>
        <Given text={event.actor} className="font-medium" /> {describeEvent(event)}
      </p>
    </div>
  );
});
