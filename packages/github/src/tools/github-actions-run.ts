import { defineTool, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { changeRun, dispatchWorkflow, rerunJob } from '../write/actions/run.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, Repo } from './schemas.ts';
import { argument, refuseUnused } from './write-arguments.ts';
import { Branch, Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

export const githubActionsRun = defineTool({
  name: 'github_actions_run',
  title: 'Start, repeat or cancel a workflow run',
  description:
    'dispatch starts a workflow with inputs and answers its run; the others take run_id, rerun instead job_id for one job (from github_actions).',
  effect: 'write',
  openWorld: true,
  toolsets: ['actions'],
  input: z.strictObject({
    repo: Repo,
    action: z.enum(['dispatch', 'rerun', 'rerun_failed', 'cancel', 'force_cancel']),
    workflow: z.string().trim().min(1).max(250).optional().describe('Name, file name or id, for dispatch'),
    ref: Branch.optional().describe('Branch or tag; default branch'),
    inputs: z.record(z.string().max(200), z.union([z.string().max(65_536), z.number(), z.boolean()])).optional(),
    run_id: z.int().min(1).optional(),
    job_id: z.int().min(1).optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    run_id: z.number().optional(),
    status: z.string().optional(),
    conclusion: z.string().optional(),
    attempt: z.number().optional(),
    url: z.string().optional(),
    ...Outcome,
  }),

  async run({ repo, action, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    check(action, asked);
    const name = github.repo(repo);
    annotate({ repo, action, workflow: asked.workflow, run_id: asked.run_id, job_id: asked.job_id, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => {
      const how = { ...mode, call: { signal } };
      if (asked.job_id !== undefined) return rerunJob(port, { ...name, job_id: asked.job_id }, how);
      if (action !== 'dispatch') {
        return changeRun(port, { ...name, run_id: argument(asked.run_id, 'run_id'), action }, how);
      }
      const workflow = argument(asked.workflow, 'workflow');
      return dispatchWorkflow(port, { ...name, asked: { ...asked, workflow } }, how);
    });
  },

  text: writeText,
});

const takes = { dispatch: ['workflow', 'ref', 'inputs'], rerun: ['run_id', 'job_id'] } as const;

interface Asked extends Readonly<Record<string, unknown>> {
  readonly run_id?: number | undefined;
  readonly job_id?: number | undefined;
}

function check(action: string, asked: Asked): void {
  refuseUnused(action, asked, action in takes ? takes[action as keyof typeof takes] : ['run_id']);
  if (asked.run_id !== undefined && asked.job_id !== undefined) {
    throw new ValidationError('Give run_id for the whole run, or job_id for one job of it.');
  }
}
