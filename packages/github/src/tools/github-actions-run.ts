import { defineTool, ValidationError } from '@mcp-servers/core';
import { z } from 'zod';
import type { GitHub } from '../client/index.ts';
import { changeRun, dispatchWorkflow } from '../write/actions/run.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, Planned, Repo } from './schemas.ts';
import { Branch } from './write-schemas.ts';
import { writeText } from './write-text.ts';

export const githubActionsRun = defineTool({
  name: 'github_actions_run',
  title: 'Start, repeat or cancel a workflow run',
  description:
    'dispatch starts a workflow with inputs and answers its run; the others take run_id (from github_actions).',
  effect: 'write',
  openWorld: true,
  toolsets: ['actions'],
  input: z.strictObject({
    repo: Repo,
    action: z.enum(['dispatch', 'rerun', 'rerun_failed', 'cancel', 'force_cancel']),
    workflow: z.string().trim().min(1).max(250).optional().describe('File name or id, for dispatch'),
    ref: Branch.optional().describe('Branch or tag; default branch'),
    inputs: z.record(z.string().max(200), z.union([z.string().max(65_536), z.number(), z.boolean()])).optional(),
    run_id: z.int().min(1).optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    run_id: z.number().optional(),
    status: z.string().optional(),
    conclusion: z.string().optional(),
    attempt: z.number().optional(),
    url: z.string().optional(),
    note: z.string().optional(),
    dry_run: z.boolean().optional(),
    requests: Planned.optional(),
  }),

  async run({ repo, action, workflow, ref, inputs, run_id, dry_run }, { github }: GitHubDeps, { signal, annotate }) {
    const name = github.repo(repo);
    annotate({ repo, action, workflow, run_id, dry_run });
    const call = { signal };
    return runOrPlan(github, dry_run, (port: GitHub, mode) => {
      if (action === 'dispatch') {
        if (workflow === undefined) throw new ValidationError('dispatch needs workflow.');
        return dispatchWorkflow(port, { ...name, asked: { workflow, ref, inputs } }, { ...mode, call });
      }
      if (run_id === undefined) throw new ValidationError(`${action} needs run_id.`);
      return changeRun(port, { ...name, run_id, action }, { ...mode, call });
    });
  },

  text: writeText,
});
