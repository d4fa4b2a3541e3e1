import { readFileSync } from 'node:fs';
import { describeSettings } from '@mcp-servers/core';
import { GoalsSettings } from '@mcp-servers/goals';
import { expect, test } from 'vitest';

const file = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');

test('.env.example names every setting with its meaning and default, and sets none', () => {
  const listed = [...file.matchAll(/^# (.*)\n#([A-Z_]+)=(.*)$/gm)].map(([, about, name, value]) => ({
    name,
    about,
    value,
  }));
  const settings = describeSettings(GoalsSettings).map(({ name, about, default: value }) => ({ name, about, value }));
  expect(listed.filter(({ name }) => name !== 'MCP_SERVERS_HOME')).toEqual(settings);
  expect(file).toContain('\n#MCP_SERVERS_HOME=\n');
  expect(file.match(/^[^#\n].*$/gm)).toBe(null);
});
