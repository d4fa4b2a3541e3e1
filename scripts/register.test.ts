import { expect, test } from 'vitest';
import { renderRegistration } from './register.ts';

const goals = { command: '/opt/node', args: ['/src/main.js'] };
const plain = { entries: { goals }, home: '/home/a/.mcp-servers', settings: [] };

/** The JSON block, which begins and ends at the margin. */
const blockOf = (text: string): unknown => JSON.parse(/^\{$[\s\S]*?^\}$/m.exec(text)?.[0] ?? 'null');

test('every client gets the same command', () => {
  const text = renderRegistration(plain);
  expect(blockOf(text)).toEqual({ mcpServers: { goals } });
  expect(text).toContain('claude mcp add --scope user goals -- /opt/node /src/main.js');
  expect(text).toContain(`code --add-mcp '{"name":"goals","command":"/opt/node","args":["/src/main.js"]}'`);
  const config = new URL(/cursor:\/\/\S+/.exec(text)?.[0] ?? '').searchParams.get('config') ?? '';
  expect(JSON.parse(Buffer.from(config, 'base64').toString())).toEqual(goals);
  expect(text).not.toContain('config.env');
});

test('with two servers each has its lines', () => {
  const other = { command: '/opt/node', args: ['/src/other.js'] };
  const text = renderRegistration({ ...plain, entries: { goals, other } });
  expect(blockOf(text)).toEqual({ mcpServers: { goals, other } });
  for (const line of ['--scope user goals -- ', '--scope user other -- ', '"name":"other"', 'install?name=other&'])
    expect(text).toContain(line);
});

test('a home that was chosen goes along; settings that may be secret are only named', () => {
  const entries = { goals: { ...goals, env: { MCP_SERVERS_HOME: '/srv/my home' } } };
  const text = renderRegistration({ entries, home: '/srv/my home', settings: ['DATABASE_URL'] });
  expect(blockOf(text)).toMatchObject({ mcpServers: entries });
  expect(text).toContain(`goals --env 'MCP_SERVERS_HOME=/srv/my home' --`);
  expect(text).toMatch(/DATABASE_URL comes from this shell[\s\S]*\/srv\/my home\/config\.env/);
});
