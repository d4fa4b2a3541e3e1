import { homedir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { homeFolder } from './home.ts';

test.each(['~', '~/data'])('%s in the name of the home is the folder of the user', (name) => {
  expect(homeFolder({ MCP_SERVERS_HOME: name })).toBe(path.join(homedir(), name.slice(1)));
});

test('a ~ inside a name stays', () => {
  const name = path.resolve('/data/~old');
  expect(homeFolder({ MCP_SERVERS_HOME: name })).toBe(name);
});
