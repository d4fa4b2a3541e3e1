import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { writeFiles } from '../write/files/index.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, Edits, Repo } from './schemas.ts';
import { Branch, Outcome, Sha } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const mostChars = 7_200_000;
const Path = z.string().min(1).max(4096);

const FileChange = z.strictObject({
  path: Path.describe('A folder ends with /'),
  text: z.string().max(mostChars).optional().describe('Whole text'),
  base64: z.string().max(mostChars).optional(),
  edits: Edits.optional().describe('Each old_text exactly once'),
  delete: z.boolean().optional(),
  move_from: Path.optional(),
  executable: z.boolean().optional(),
});

const FileWritten = z.object({
  path: z.string(),
  status: z.string(),
  from: z.string().optional(),
  sha: z.string().optional(),
  mode: z.string().optional(),
  bytes: z.number().optional(),
  lines: z.string().optional(),
  verified: z.boolean().optional(),
});

export const githubWriteFiles = defineTool({
  name: 'github_write_files',
  title: 'Write files in one commit',
  description:
    'Create, change (edits or whole text), move and delete up to 50 files (5 MB) in one commit, all or nothing. Refused when the branch moved.',
  effect: 'write',
  openWorld: true,
  toolsets: ['default', 'repos'],
  input: z.strictObject({
    repo: Repo,
    branch: Branch.optional().describe('Default branch, unless that is protected'),
    new_branch_from: Branch.optional().describe('Makes branch from this ref'),
    expected_head: Sha.optional().describe('Commit the branch must be at'),
    message: z.string().trim().min(1).max(65_536),
    files: z.array(FileChange).min(1).max(50),
    dry_run: DryRun,
  }),
  output: z.object({
    branch: z.string().optional(),
    commit: z.string().optional(),
    parent: z.string().optional(),
    url: z.string().optional(),
    files: z.array(FileWritten),
    ...Outcome,
  }),

  async run({ repo, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    const name = github.repo(repo);
    annotate({ repo, branch: asked.branch, files: asked.files.length, dry_run });
    const answer = await runOrPlan(github, dry_run, (port, mode) =>
      writeFiles(port, { ...name, asked }, { ...mode, call: { signal } }),
    );
    return { files: [], ...answer };
  },

  text: writeText,
});
