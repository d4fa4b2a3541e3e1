import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderRegistration, shellQuote, stableNode } from './register.ts';

const plain = { node: '/opt/node', script: '/src/main.js', home: '/home/a/.mcp-servers', env: {}, settings: [] };

/** The JSON block, which begins and ends at the margin. */
const blockOf = (text: string): unknown => JSON.parse(/^\{$[\s\S]*?^\}$/m.exec(text)?.[0] ?? 'null');

test.skipIf(process.platform === 'win32')('a quoted word reaches the program as it was', () => {
  for (const word of ['/plain/path', '/with blank/$HOME', "it's", '{"a":"b"}', '`x`\\'])
    expect(execFileSync('sh', ['-c', `printf %s ${shellQuote(word)}`]).toString()).toBe(word);
});

test('on Windows double quotes are used, and a path without blanks stays bare enough to read', () => {
  expect(shellQuote('C:\\Program Files\\node.exe', 'win32')).toBe('"C:\\Program Files\\node.exe"');
});

test('every client gets the same command', () => {
  const text = renderRegistration(plain);
  expect(blockOf(text)).toEqual({ mcpServers: { goals: { command: '/opt/node', args: ['/src/main.js'] } } });
  expect(text).toContain('claude mcp add --scope user goals -- /opt/node /src/main.js');
  expect(text).toContain(`code --add-mcp '{"name":"goals","command":"/opt/node","args":["/src/main.js"]}'`);
  const config = new URL(/cursor:\/\/\S+/.exec(text)?.[0] ?? '').searchParams.get('config') ?? '';
  expect(JSON.parse(Buffer.from(config, 'base64').toString())).toEqual({
    command: '/opt/node',
    args: ['/src/main.js'],
  });
  expect(text).not.toContain('config.env');
});

test('a home that was chosen goes along; settings that may be secret are only named', () => {
  const env = { MCP_SERVERS_HOME: 'here', DATABASE_URL: 'postgres://u:hunter2@h/d' };
  const text = renderRegistration({ ...plain, home: '/srv/my home', env, settings: ['DATABASE_URL'] });
  expect(blockOf(text)).toMatchObject({ mcpServers: { goals: { env: { MCP_SERVERS_HOME: '/srv/my home' } } } });
  expect(text).toContain(`goals --env 'MCP_SERVERS_HOME=/srv/my home' --`);
  expect(text).toMatch(/DATABASE_URL comes from this shell[\s\S]*\/srv\/my home\/config\.env/);
  expect(text).not.toContain('hunter2');
});

test('the path of Node is one that exists', () => {
  expect(existsSync(stableNode())).toBe(true);
});
