import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeSettings } from '../packages/core/src/index.ts';
import { DashboardSettings } from '../packages/dashboard/src/config.ts';
import { GitHubSettings } from '../packages/github/src/index.ts';
import { GoalsSettings } from '../packages/goals/src/index.ts';
import { InternetSettings } from '../packages/internet/src/index.ts';

const file = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');

test('.env.example names every setting with its meaning and default, and sets none', () => {
  const listed = [...file.matchAll(/^# (.*)\n#([A-Z_]+)=(.*)$/gm)].map(([, about, name, value]) => ({
    name,
    about,
    value,
  }));
  const known = describeSettings(GoalsSettings);
  const shared = new Set(known.map(({ name }) => name));
  const own = [InternetSettings, GitHubSettings].flatMap((server) =>
    describeSettings(server).filter(({ name }) => !shared.has(name)),
  );
  const settings = [
    ...known,
    ...own,
    ...describeSettings(DashboardSettings).filter(({ name }) => name.startsWith('DASHBOARD_')),
  ].map(({ name, about, default: value }) => ({ name, about, value }));
  expect(listed.filter(({ name }) => name !== 'MCP_SERVERS_HOME')).toEqual(settings);
  expect(file).toContain('\n#MCP_SERVERS_HOME=\n');
  expect(file.match(/^[^#\n].*$/gm)).toBe(null);
});
