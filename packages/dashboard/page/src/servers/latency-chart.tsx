import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import type { LatencyPoint } from '../../../src/contract.ts';
import { absolute, milliseconds } from '../parts/format.ts';
import { useTheme } from '../shell/theme.ts';

const height = 200;

/** p50 and p95 over the last hour. The same in words stands below for who cannot see it. */
export function LatencyChart({ points }: { points: readonly LatencyPoint[] }) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const theme = useTheme();
  const dark = useDark();
  const [shown, setShown] = useState<number>();

  useEffect(() => {
    const place = holder.current;
    if (!place) return;
    const made = new uPlot(options(place.clientWidth, setShown), toData([]), place);
    chart.current = made;
    const sizes = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height }));
    sizes.observe(place);
    return () => {
      sizes.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [theme, dark]);
  useEffect(() => chart.current?.setData(toData(points)), [points, theme, dark]);

  const known = points.filter(({ p95_ms }) => p95_ms !== undefined);
  const point = (shown === undefined ? undefined : points[shown]) ?? known.at(-1);
  return (
    <figure>
      <figcaption className="mb-2 flex flex-wrap items-center gap-x-4 text-soft text-xs">
        <span className="inline-flex items-center gap-1.5">
          <span className="h-0.5 w-4 bg-accent" />
          p95 {milliseconds(point?.p95_ms)}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span className="h-0 w-4 border-faint border-t-2 border-dotted" />
          p50 {milliseconds(point?.p50_ms)}
        </span>
        {point && <span className="ml-auto text-faint">{absolute(Date.parse(point.at))}</span>}
      </figcaption>
      <div ref={holder} className="w-full overflow-hidden" aria-hidden="true" style={{ height }} />
    </figure>
  );
}

function toData(points: readonly LatencyPoint[]): uPlot.AlignedData {
  return [
    points.map(({ at }) => Date.parse(at) / 1000),
    points.map(({ p95_ms }) => p95_ms ?? null),
    points.map(({ p50_ms }) => p50_ms ?? null),
  ];
}

function options(width: number, onPoint: (index: number | undefined) => void): uPlot.Options {
  const sheet = getComputedStyle(document.documentElement);
  const colour = (name: string): string => resolve(sheet.getPropertyValue(name));
  const axis: uPlot.Axis = {
    stroke: colour('--ink-faint'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(1, (max ?? 1) * 1.15)] } },
    axes: [
      {
        ...axis,
        size: 28,
        space: 90,
        grid: { show: false },
        values: (_, times) => labels(times),
      },
      { ...axis, size: 56, values: (_, values) => values.map((value) => milliseconds(value)) },
    ],
    series: [
      {},
      {
        stroke: colour('--accent'),
        fill: colour('--accent-soft'),
        width: 1.5,
        spanGaps: true,
        points: { show: false },
      },
      { stroke: colour('--ink-faint'), width: 1.5, dash: [2, 3], spanGaps: true, points: { show: false } },
    ],
    hooks: { setCursor: [({ cursor: { idx } }) => onPoint(idx ?? undefined)] },
  };
}

/** With seconds where minutes alone would repeat. */
function labels(times: readonly number[]): string[] {
  const [first = 0, second = 60] = times;
  const format = second - first < 60 ? exactClock : clock;
  return times.map((time) => format.format(time * 1000));
}

const exactClock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** light-dark() as the colour it stands for now, which a canvas needs. */
function resolve(value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function useDark(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const media = matchMedia('(prefers-color-scheme: dark)');
    const onChange = (): void => setDark(media.matches);
    media.addEventListener('change', onChange);
    return () => media.removeEventListener('change', onChange);
  }, []);
  return dark;
}
