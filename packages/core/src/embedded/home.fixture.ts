import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base } from 'vitest';
import { silent } from './client.fixture.ts';
import { type Embedded, type EmbeddedOptions, embeddedPostgres } from './index.ts';

/** Rounds of the long fault runs; a handful in CI. */
export const faultRounds = (few: number): number => Number(process.env.FAULT_ROUNDS ?? few);

export interface TestHome extends AsyncDisposable {
  home: string;
  embedded(options?: Partial<EmbeddedOptions>): Embedded;
}

/** A home of its own that the server's user can reach when the tests run as root; its server is stopped at the end. */
export function withHome(name = 'home'): TestHome {
  const base = mkdtempSync(path.join(tmpdir(), 'mcp-embedded-'));
  chmodSync(base, 0o711);
  const home = path.join(base, name);
  mkdirSync(home, { recursive: true, mode: 0o711 });
  const embedded = (options: Partial<EmbeddedOptions> = {}): Embedded =>
    embeddedPostgres({ home, log: silent, ...options });
  return {
    home,
    embedded,
    async [Symbol.asyncDispose]() {
      await embedded().stop('immediate');
      await rm(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Tests with one home per file: for those that only need some cluster, because making one takes a second. */
export const test = base.extend<{ shared: TestHome }>({
  shared: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's needs from a destructured parameter.
    async ({}, use) => {
      await using home = withHome();
      await home.embedded().ensure();
      await use(home);
    },
    { scope: 'file' },
  ],
});
