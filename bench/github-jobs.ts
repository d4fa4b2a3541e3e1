import type { Sandbox } from '../packages/github/sandbox/index.ts';
import { findAccount } from '../packages/github/sandbox/model/accounts.ts';
import { runsOf } from '../packages/github/sandbox/model/actions.ts';
import { commitFiles } from '../packages/github/sandbox/model/commits.ts';
import { pullsOf } from '../packages/github/sandbox/model/issue.ts';
import { addIssue } from '../packages/github/sandbox/model/issue-store.ts';
import { findRepository } from '../packages/github/sandbox/model/repository.ts';

/** One kind of call of the GitHub server. */
export interface Job {
  name: string;
  tool: string;
  args(round: number): Record<string, unknown>;
  rounds: number;
  /** Settings of the server beside the ones all have. */
  env?: Record<string, string>;
}

const repo = 'acme/workshop';
const light = 150;
const heavy = 12;

/** The frequent calls and the heavy ones, and what of the workshop they need beside its seed. */
export function jobsOf(sandbox: Sandbox): Job[] {
  const { state } = sandbox;
  const workshop = findRepository(state, repo);
  const author = findAccount(state, 'grace');
  if (!workshop || !author) throw new Error(`the sandbox has ${repo} and grace`);
  const pull = (title: string) => pullsOf(workshop).find((each) => each.title === title)?.number;
  const [run] = runsOf(workshop);

  const files = Object.fromEntries(Array.from({ length: 2 * light }, (_, n) => [`bench/file-${n}.ts`, textOf(n)]));
  commitFiles(state, workshop, { message: 'Files to read', files, author });
  for (let n = 1; n <= 2 * light; n += 1) {
    addIssue(state, workshop, { author, title: `Issue ${n}`, body: 'A sentence of it. '.repeat(20) });
  }
  const first = 18;
  const read = (n: number) => ({ repo, files: [{ path: `bench/file-${n}.ts` }] });

  return [
    { name: 'github_read_files, a file of 6 KB, 200', tool: 'github_read_files', args: read, rounds: light },
    { name: 'github_read_files, the same again, 304', tool: 'github_read_files', args: () => read(1), rounds: light },
    {
      ...{ name: 'github_issue, another each time', tool: 'github_issue', rounds: light },
      args: (round) => ({ repo, number: first + round }),
    },
    {
      ...{ name: 'github_pull, 40 files, 20 comments, checks', tool: 'github_pull', rounds: 30 },
      args: () => ({ repo, number: pull('Load values lazily') }),
    },
    {
      ...{ name: 'github_list_issues, 20 rows', tool: 'github_list_issues', rounds: light },
      args: (round) => ({ repo, filters: { since: new Date(1_700_000_000_000 + round * 1000).toISOString() } }),
    },
    {
      ...{ name: 'github_pull_diff, 40 files', tool: 'github_pull_diff', rounds: 30 },
      args: () => ({ repo, number: pull('Load values lazily') }),
    },
    {
      ...{ name: 'github_pull_diff, 20,000 lines', tool: 'github_pull_diff', rounds: heavy },
      args: () => ({ repo, number: pull('Regenerate the table') }),
    },
    {
      ...{ name: 'github_job_logs, 100,000 lines', tool: 'github_job_logs', rounds: heavy },
      args: () => ({ repo, run_id: run?.id }),
    },
    {
      ...{ name: 'github_write_files, 50 files of 6 KB', tool: 'github_write_files', rounds: heavy },
      args: (round) => ({
        ...{ repo, message: `Round ${round}` },
        files: Array.from({ length: 50 }, (_, n) => ({ path: `written/${n}.ts`, text: textOf(round * 50 + n) })),
      }),
    },
  ];
}

/** 6 KB of source. */
const textOf = (seed: number): string =>
  Array.from({ length: 200 }, (_, line) => `export const value${line} = ${seed};\n`).join('');
