/** A metric of the Prometheus text format with all its samples. */
export interface Family {
  name: string;
  help: string;
  type: string;
  /** Name and labels as written -> value: `goal_errors_total{operation="x"}` -> 3. */
  samples: Map<string, number>;
}

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;

/** Prometheus text -> families, by name. Lines that are not of the format are left out. */
export function parseExposition(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const family = (name: string): Family => {
    const found = families.get(name) ?? { name, help: '', type: 'untyped', samples: new Map() };
    families.set(name, found);
    return found;
  };
  let last: Family | undefined;
  for (const line of text.split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (kind !== undefined) {
      last = family(name);
      if (kind === 'HELP') last.help = rest;
      else last.type = rest;
      continue;
    }
    const [, series, labels, value] = sample.exec(line) ?? [];
    if (series === undefined || value === undefined) continue;
    // `x_bucket`, `x_sum` and `x_count` belong to x.
    const owner = last && (series === last.name || series.startsWith(`${last.name}_`)) ? last : family(series);
    owner.samples.set(labels === undefined ? series : `${series}{${labels}}`, toNumber(value));
  }
  return families;
}

function toNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

export function renderExposition(families: Iterable<Family>): string {
  const lines: string[] = [];
  for (const { name, help, type, samples } of families) {
    if (samples.size === 0) continue;
    if (help) lines.push(`# HELP ${name} ${help}`);
    lines.push(`# TYPE ${name} ${type}`);
    for (const [series, value] of samples) lines.push(`${series} ${fromNumber(value)}`);
  }
  return `${lines.join('\n')}\n`;
}

function fromNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

/** The same sample with a label in front of its own. */
export function withLabel(series: string, name: string, value: string): string {
  const label = `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  const brace = series.indexOf('{');
  if (brace < 0) return `${series}{${label}}`;
  const rest = series.slice(brace + 1);
  return `${series.slice(0, brace)}{${label}${rest === '}' ? '' : ','}${rest}`;
}

/** Counts and histograms only grow; everything else says how it is now. */
export const isCounting = ({ type }: Family): boolean =>
  type === 'counter' || type === 'histogram' || type === 'summary';
