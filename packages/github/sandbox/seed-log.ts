import type { Step } from './model/actions.ts';
import type { Annotation } from './model/conclusions.ts';

const lines = 100_000;
/** When its job began. */
export const logStart: number = Date.parse('2026-03-01T10:00:00Z');
/** When it ended; its lines come every 10 ms. */
export const logEnd: number = logStart + lines * 10;
const esc = '\u001B[';

/** Where the errors are, in lines counted from 1. */
export const errorLines: readonly number[] = [49_990, 50_001, 50_002];

export const logSteps: readonly Step[] = [
  { name: 'Set up job', number: 1, status: 'completed', conclusion: 'success', from: 0, to: 2 },
  { name: 'Run actions/checkout@v4', number: 2, status: 'completed', conclusion: 'success', from: 2, to: 10 },
  { name: 'Run tests', number: 3, status: 'completed', conclusion: 'failure', from: 10, to: 980 },
  { name: 'Upload coverage', number: 4, status: 'completed', conclusion: 'skipped', from: 980, to: 980 },
  { name: 'Complete job', number: 5, status: 'completed', conclusion: 'success', from: 980, to: 1000 },
];

export const logAnnotations: readonly Annotation[] = [
  {
    ...{ path: 'src/parser.ts', startLine: 42, endLine: 42, level: 'failure', title: null },
    message: "Type 'Promise<string>' is not assignable to type 'string'.",
  },
  {
    ...{ path: '.github', startLine: 98, endLine: 98, level: 'failure', title: null },
    message: 'Process completed with exit code 1.',
  },
];

function textOf(line: number): string {
  switch (line) {
    case 1:
      return "Current runner version: '2.320.0'";
    case 2:
      return '##[group]Operating System';
    case 5:
      return '##[endgroup]';
    case 200:
      return '##[group]Run actions/checkout@v4';
    case 210:
    case 1010:
      return '##[endgroup]';
    case 1000:
      return '##[group]Run pnpm test';
    case 1001:
      return `${esc}36;1mpnpm test -- --reporter=verbose${esc}0m`;
    case 30_000:
      return '##[warning]Node.js 16 actions are deprecated.';
    case 49_990:
      return `${esc}31m✗${esc}39m parser > ${esc}1mreads <n> of Promise<string>${esc}22m ${esc}2m(12 ms)${esc}22m`;
    case 50_001:
      return "##[error]src/parser.ts(42,7): error TS2322: Type 'Promise<string>' is not assignable to type 'string'.";
    case 50_002:
      return `${esc}41;97m FAIL ${esc}0m src/parser.test.ts`;
    case 99_000:
      return '##[error]Process completed with exit code 1.';
    case lines:
      return 'Cleaning up orphan processes';
    default:
      return line > 1010 && line < 98_000
        ? `${esc}32m✓${esc}39m suite ${Math.floor(line / 100)} > case ${line % 100} ${esc}2m(${line % 17} ms)${esc}22m`
        : `output of line ${line}`;
  }
}

/** The log of a job: 100,000 lines with times, groups and colours, and its errors in the middle. */
export function longLog(): string {
  const parts: string[] = [];
  for (let line = 1; line <= lines; line += 1) {
    const time = new Date(logStart + line * 10).toISOString().replace('Z', '0000Z');
    parts.push(`${time} ${textOf(line)}\n`);
  }
  // The runner writes a byte order mark first.
  return `\uFEFF${parts.join('')}`;
}
