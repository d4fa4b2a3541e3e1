import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import { z } from 'zod';
import { logShows, readJobLogs } from '../read/logs/index.ts';
import type { GitHubDeps } from './deps.ts';
import { label } from './rows-text.ts';
import { MaxChars, Repo } from './schemas.ts';

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
    'Why a job failed: the lines around its errors, from the failed steps. Or the head, the tail, or what matches a pattern.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'actions'],
  input: z.strictObject({
    repo: Repo,
    job_id: Id.optional(),
    run_id: Id.optional().describe('Its failed jobs'),
    show: z.enum(logShows).default('errors'),
    pattern: z.string().min(1).max(500).optional().describe('grep: regex'),
    step: z.string().trim().min(1).max(250).optional().describe('Name or number'),
    all_steps: z.boolean().default(false),
    lines: z.int().min(1).max(2000).default(100).describe('head, tail'),
    context: z.int().min(0).max(50).default(5).describe('Around a hit'),
    raw: z.boolean().default(false),
    max_chars: MaxChars,
  }),
  output: z.object({ repo: z.string(), jobs: z.array(Log), notes: z.array(z.string()) }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readJobLogs(github, input, { signal, maxChars });
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
    ...(lines === undefined ? [] : [`${lines} lines`]),
    ...(scope ? [scope] : []),
    ...(hits ? [`${hits} hits`] : []),
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
