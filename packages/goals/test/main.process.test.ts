import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { builtServer } from './spawn.fixture.ts';

/** Runs the server with these options; it must end by itself. */
const runWith = (...options: string[]) =>
  new Promise<{ status: unknown; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [builtServer(), ...options], (error, out, err) =>
      resolve({ status: error?.code ?? 0, out, err }),
    );
  });

test('an option that is not known is named without a stack, with status 2', async () => {
  const { status, out, err } = await runWith('--read-only');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toBe("Unknown option '--read-only'. --help says what there is.\n");
});

test('asked for its version or help it answers and ends', async () => {
  expect(await runWith('--version')).toMatchObject({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  expect((await runWith('--help')).out).toContain('GOALS_READ_ONLY');
});
