import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeSettings, loadConfig } from '@mcp-servers/core';
import { expect, onTestFinished, test } from 'vitest';
import { createProviders } from './providers/index.ts';
import { SearchSettings } from './settings.ts';

const today = () => new Date();

function load(env: Record<string, string>) {
  const home = mkdtempSync(path.join(tmpdir(), 'search-settings-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return loadConfig(SearchSettings, { MCP_SERVERS_HOME: home, ...env });
}
const order = (env: Record<string, string>) =>
  createProviders(load(env), { fetch, today }).providers.map(({ name }) => name);

const allKeys = { BRAVE_API_KEY: 'b', TAVILY_API_KEY: 't', EXA_API_KEY: 'e', GOOGLE_API_KEY: 'g', GOOGLE_CSE_ID: 'c' };

test('without any setting there is DuckDuckGo, and every other is named with what it needs', () => {
  const { providers, missing } = createProviders(load({}), { fetch, today });
  expect(providers.map(({ name }) => name)).toEqual(['duckduckgo']);
  expect(missing.map(({ setting }) => setting)).toEqual([
    ...['SEARXNG_URL', 'BRAVE_API_KEY', 'TAVILY_API_KEY', 'EXA_API_KEY', 'GOOGLE_API_KEY and GOOGLE_CSE_ID'],
  ]);
});

test('all configured providers are asked in the usual order, DuckDuckGo last', () => {
  const searxng = { SEARXNG_URL: 'http://a.example, http://b.example/sub' };
  expect(order({ ...allKeys, ...searxng })).toEqual([
    ...['searxng', 'searxng-2', 'brave', 'tavily', 'exa', 'google', 'duckduckgo'],
  ]);
});

test('the order can be chosen, and DuckDuckGo switched off', () => {
  expect(order({ ...allKeys, WEB_SEARCH_PROVIDERS: 'Exa, brave' })).toEqual(['exa', 'brave', 'duckduckgo']);
  expect(order({ ...allKeys, WEB_SEARCH_PROVIDERS: 'exa', WEB_SEARCH_DUCKDUCKGO: 'false' })).toEqual(['exa']);
  expect(order({ WEB_SEARCH_DUCKDUCKGO: 'false' })).toEqual([]);
});

test.each([
  [
    { WEB_SEARCH_PROVIDERS: 'brave,bing' },
    /bing is no search provider. There are: searxng, brave, tavily, exa, google, duckduckgo/,
  ],
  [{ WEB_SEARCH_PROVIDERS: 'brave' }, /names brave, not configured/],
  [{ WEB_SEARCH_PROVIDERS: 'duckduckgo', WEB_SEARCH_DUCKDUCKGO: 'false' }, /names duckduckgo, not configured/],
  [{ GOOGLE_API_KEY: 'g' }, /belong together/],
  [{ SEARXNG_URL: 'localhost:8080' }, /must begin with http/],
  [{ BRAVE_API_KEY: 'two words' }, /one word/],
  [{ WEB_SEARCH_ON_EMPTY: 'maybe' }, /WEB_SEARCH_ON_EMPTY/],
])('%j stops the start', (env, message) => {
  expect(() => order(env)).toThrow(message);
});

test('keys and addresses count as secrets', () => {
  const secret = describeSettings(SearchSettings).filter((one) => one.secret);
  expect(secret.map(({ name }) => name)).toEqual([
    ...['SEARXNG_URL', 'BRAVE_API_KEY', 'TAVILY_API_KEY', 'EXA_API_KEY', 'GOOGLE_API_KEY'],
  ]);
});

test('a key can come from a file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'search-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'key');
  writeFileSync(file, 'from-a-file\n');
  expect(load({ BRAVE_API_KEY_FILE: file }).BRAVE_API_KEY).toBe('from-a-file');
});
