import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '@mcp-servers/core';
import { expect, onTestFinished, test } from 'vitest';
import { addressesOf } from './client/index.ts';
import { credentialOf, GitHubSettings } from './config.ts';

function home(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'github-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const load = (env: Record<string, string>, folder = home()) =>
  loadConfig(GitHubSettings, { MCP_SERVERS_HOME: folder, ...env });

const key = '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----';

test('nothing has to be set', () => {
  const config = load({});
  expect(config).toMatchObject({ GITHUB_API_URL: 'https://api.github.com', GITHUB_READ_ONLY: false });
  expect(credentialOf(config)).toEqual({ kind: 'none' });
});

test('a token comes from either name, the shorter first, or from a file', () => {
  const folder = home();
  writeFileSync(path.join(folder, 'token'), 'ghp_file\n');
  expect(credentialOf(load({ GITHUB_PERSONAL_ACCESS_TOKEN: 'ghp_b' }))).toEqual({ kind: 'token', token: 'ghp_b' });
  expect(credentialOf(load({ GITHUB_TOKEN: 'ghp_a', GITHUB_PERSONAL_ACCESS_TOKEN: 'ghp_b' }))).toMatchObject({
    token: 'ghp_a',
  });
  expect(credentialOf(load({ GITHUB_TOKEN_FILE: path.join(folder, 'token') }, folder))).toMatchObject({
    token: 'ghp_file',
  });
});

test('an app needs both halves and no token', () => {
  const app = { GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY: key };
  expect(credentialOf(load({ ...app, GITHUB_APP_INSTALLATION_ID: '9' }))).toEqual({
    ...{ kind: 'app', appId: '7', privateKey: key, installationId: 9 },
  });
  expect(() => credentialOf(load({ GITHUB_APP_ID: '7' }))).toThrow(/one half/);
  expect(() => credentialOf(load({ ...app, GITHUB_TOKEN: 'ghp_a' }))).toThrow(/Both/);
});

test.each([
  [{ GITHUB_REPOS: ' , ' }, 'names no repository'],
  [{ GITHUB_REPOS: 'acme' }, 'owner/name'],
  [{ GITHUB_REPOS: 'acme/app/x' }, 'owner/name'],
  [{ GITHUB_TOKEN: 'ghp a secret' }, 'GITHUB_TOKEN'],
  [{ GITHUB_APP_PRIVATE_KEY: 'secret' }, 'PEM'],
  [{ GITHUB_API_URL: 'http://github.acme.example/api/v3' }, 'unprotected'],
  [{ GITHUB_API_URL: 'ftp://x' }, 'not an http'],
  [{ GITHUB_APP_INSTALLATION_ID: 'x' }, 'GITHUB_APP_INSTALLATION_ID'],
])('%j stops the start without showing a value', (env, words) => {
  expect(() => load(env)).toThrow(words);
  expect(() => load(env)).not.toThrow(/secret/);
});

test.each([
  [
    'https://api.github.com',
    'https://api.github.com',
    'https://api.github.com/graphql',
    'https://uploads.github.com',
    'github.com',
  ],
  [
    'https://github.com',
    'https://api.github.com',
    'https://api.github.com/graphql',
    'https://uploads.github.com',
    'github.com',
  ],
  [
    'https://api.acme.ghe.com/',
    'https://api.acme.ghe.com',
    'https://api.acme.ghe.com/graphql',
    'https://uploads.acme.ghe.com',
    'acme.ghe.com',
  ],
  ...[
    'https://git.acme.example/api/v3',
    'https://git.acme.example',
    'https://git.acme.example/api/v3/',
    'https://git.acme.example/api',
  ].map((given) => [
    given,
    'https://git.acme.example/api/v3',
    'https://git.acme.example/api/graphql',
    'https://git.acme.example/api/uploads',
    'git.acme.example',
  ]),
  [
    'http://127.0.0.1:8080',
    'http://127.0.0.1:8080',
    'http://127.0.0.1:8080/graphql',
    'http://127.0.0.1:8080',
    '127.0.0.1:8080',
  ],
])('%s has its parts where they are', (given, ...expected) => {
  const { rest, graphql, uploads, web } = addressesOf(given as string);
  expect([rest, graphql, uploads, web]).toEqual(expected);
});
