// What `pnpm check` runs: types, lint and the fast tests side by side; the output of what failed, then one line.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { repository } from './bundle.ts';

const checks = [
  { name: 'types', command: 'tsc --noEmit && tsc --noEmit -p packages/dashboard/page' },
  { name: 'lint', command: 'biome check --error-on-warnings --colors=off' },
  { name: 'tests', command: 'vitest run --project fast' },
] as const;

interface Outcome {
  name: string;
  passed: boolean;
  seconds: number;
  output: string;
}

async function runCheck({ name, command }: (typeof checks)[number]): Promise<Outcome> {
  const begun = performance.now();
  const bin = path.join(repository, 'node_modules', '.bin');
  const child = spawn(command, {
    cwd: repository,
    shell: true, // On Windows the programs are .cmd files.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  let output = '';
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.on('error', (error) => {
    output += error.message;
    resolve(false);
  });
  child.on('close', (code) => resolve(code === 0));
  return { name, passed: await promise, seconds: (performance.now() - begun) / 1000, output };
}

const begun = performance.now();
const outcomes = await Promise.all(checks.map(runCheck));
for (const { name, passed, output } of outcomes) {
  if (!passed) console.log(`--- ${name} ---\n${output.trimEnd()}\n`);
}
const parts = outcomes.map(
  ({ name, passed, seconds }) => `${name} ${passed ? 'ok' : 'FAILED'} ${seconds.toFixed(1)} s`,
);
console.log(`${parts.join(', ')}; ${((performance.now() - begun) / 1000).toFixed(1)} s in all`);
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
