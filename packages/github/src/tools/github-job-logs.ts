import { defineTool, ValidationError } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { counted } from '../read/counted.ts';
import { logShows, readJobLogs } from '../read/logs/index.ts';
import type { GitHubDeps } from './deps.ts';
import { label } from './rows-text.ts';
import { Attempt, MaxChars, Repo } from './schemas.ts';

const Id = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

const Log = z.object({
  job_id: z.number(),
  name: z.string(),
  conclusion: z.string().nullable(),
  lines: z.number().optional(),
  scope: z.string().optional(),
  hits: z.number().optional(),
  steps: z
    .array(
      z.object({
        number: z.number(),
        name: z.string(),
        conclusion: z.string().nullable(),
        from: z.number().optional(),
        to: z.number().optional(),
      }),
    )
    .optional(),
  parts: z.array(z.object({ step: z.string().optional(), from: z.number(), to: z.number(), text: z.string() })),
  note: z.string().optional(),
});

export const githubJobLogs = defineTool({
  name: 'github_job_logs',
  title: 'Read job logs',
  description:
    'Why a job failed: the lines around its errors, from the failed steps. Or its head, its tail, or lines with a text or pattern.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'actions'],
  input: z.strictObject({
    repo: Repo,
    job_id: Id.optional(),
    run_id: Id.optional().describe('Its failed jobs'),
    attempt: Attempt,
    show: z.enum(logShows).optional().describe('Default errors; grep with pattern'),
    pattern: z.string().min(1).max(500).optional().describe('grep: text'),
    regex: z.boolean().default(false).describe('pattern is one'),
    step: z.string().trim().min(1).max(250).optional().describe('Name or number'),
    all_steps: z.boolean().default(false),
    lines: z.int().min(1).max(2000).default(100).describe('head, tail'),
    context: z.int().min(0).max(50).default(5).describe('Around a hit'),
    raw: z.boolean().default(false),
    max_chars: MaxChars,
  }),
  output: z.object({ repo: z.string(), jobs: z.array(Log), notes: z.array(z.string()) }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const { pattern, show = pattern === undefined ? 'errors' : 'grep' } = input;
    if (pattern !== undefined && show !== 'grep') {
      throw new ValidationError(`pattern: means nothing for show "${show}".`, { hint: 'Leave out show, or pattern.' });
    }
    const answer = await readJobLogs(github, { ...input, show }, { signal, maxChars });
    annotate({ jobs: answer.jobs.length });
    return answer;
  },

  text({ repo, jobs, notes }) {
    const mark = newMark();
    return [...jobs.map((job) => logText(job, { repo, mark })), ...notes].join('\n\n');
  },
});

function logText(
  { job_id, name, conclusion, lines, scope, hits, steps, parts, note }: z.infer<typeof Log>,
  { repo, mark }: { repo: string; mark: string },
): string {
  const facts = [
    conclusion ?? 'running',
    ...(lines === undefined ? [] : [counted(lines, 'line')]),
    ...(scope ? [scope] : []),
    ...(hits ? [counted(hits, 'hit')] : []),
  ];
  const table = (steps ?? []).map(
    (step) =>
      `${step.number} ${step.name}: ${step.conclusion ?? 'running'}${step.from ? `, lines ${step.from}-${step.to}` : ''}`,
  );
  const shown = parts.map(({ step, from, to, text }) => `[${step ? `${step}, ` : ''}lines ${from}-${to}]\n${text}`);
  const body = [label(`${name} (${facts.join(', ')})`), ...table, ...shown].join('\n');
  return [
    `Job ${job_id}:`,
    fence(body, { source: `log of job ${job_id} in ${repo}` }, mark),
    ...(note ? [note] : []),
  ].join('\n');
}
