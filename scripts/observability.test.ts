import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
}
interface Board {
  panels: { id: number; title: string; targets: { expr: string }[] }[];
}

const rules = (parse(read('deploy/prometheus/alerts.yml')) as Rules).groups.flatMap((group) => group.rules);
const board = JSON.parse(read('deploy/grafana/dashboards/mcp-servers.json')) as Board;

/** docs/operations.md names every metric; another test holds it to what the servers answer. */
const documented = new Set(
  [...read('docs/operations.md').matchAll(/`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?:\{[^`]*\})?`/g)].map(([, name]) => name),
);

/** Names of metrics in a PromQL expression: what stands before labels, a range or an operator, and is no function or label. */
function metricsOf(expr: string): string[] {
  const bare = expr.replace(/\{[^}]*\}/g, '').replace(/\b(by|without)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+|up)\b(?!\s*\()/g)].map(([, name = '']) =>
    name.replace(/_(bucket|count|sum)$/, ''),
  );
}

test.each([
  ...rules.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
  ...board.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [`panel ${title}`, expr] as const)),
])('%s names only metrics that exist', (_, expr) => {
  const names = metricsOf(expr);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) if (name !== 'up') expect(documented).toContain(name);
});

test('an alert says what is wrong and what to do', () => {
  for (const { annotations } of rules) {
    expect(annotations.summary).toMatch(/\.$/);
    expect(annotations.description).toMatch(/\.$/);
  }
});

test('the panels of the board have numbers of their own', () => {
  const ids = board.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;
test.skipIf(!hasPromtool && process.env.REQUIRE_ALL !== '1')(
  'promtool accepts the alert rules (skipped without promtool, of Debian’s package prometheus)',
  () => {
    const checked = execFileSync('promtool', ['check', 'rules', path.join(root, 'deploy/prometheus/alerts.yml')]);
    expect(checked.toString()).toContain(`SUCCESS: ${rules.length} rules found`);
  },
);
