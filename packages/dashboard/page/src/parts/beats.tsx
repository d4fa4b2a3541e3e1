import type { ServerState } from './state-mark.tsx';

export type Beat = ServerState | 'unknown';

const shown = 60;
const step = 4;
const height = 20;
/** Heights differ as well as colours: a beat that failed is tall, one that slept is a dot. */
const looks: Record<Beat, { top: number; size: number; fill: string }> = {
  healthy: { top: 5, size: 10, fill: 'var(--good)' },
  degraded: { top: 2, size: 16, fill: 'var(--warn)' },
  unhealthy: { top: 0, size: 20, fill: 'var(--bad)' },
  asleep: { top: 9, size: 2, fill: 'var(--idle)' },
  unknown: { top: 9, size: 2, fill: 'var(--line)' },
};

/** The last 60 looks at a server, newest at the right; one path per state. */
export function Beats({ beats }: { beats: readonly Beat[] }) {
  const padded: Beat[] = [...Array<Beat>(Math.max(0, shown - beats.length)).fill('unknown'), ...beats.slice(-shown)];
  const paths = new Map<Beat, string>();
  for (const [index, beat] of padded.entries()) {
    const { top, size } = looks[beat];
    paths.set(beat, `${paths.get(beat) ?? ''}M${index * step} ${top}h3v${size}h-3z`);
  }
  return (
    <svg
      viewBox={`0 0 ${shown * step} ${height}`}
      className="h-5 w-full max-w-60"
      preserveAspectRatio="none"
      role="img"
      aria-label={describe(beats)}
    >
      {[...paths].map(([beat, d]) => (
        <path key={beat} d={d} fill={looks[beat].fill} />
      ))}
    </svg>
  );
}

function describe(beats: readonly Beat[]): string {
  const known = beats.slice(-shown).filter((beat) => beat !== 'unknown');
  if (known.length === 0) return 'No heartbeats yet';
  const counts = (['healthy', 'degraded', 'unhealthy', 'asleep'] as const)
    .map((state) => ({ state, times: known.filter((beat) => beat === state).length }))
    .filter(({ times }) => times > 0);
  return `Last ${known.length} heartbeats: ${counts.map(({ state, times }) => `${times} ${state}`).join(', ')}`;
}
