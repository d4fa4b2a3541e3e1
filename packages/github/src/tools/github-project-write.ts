import { defineTool, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub } from '../client/index.ts';
import { eachItem } from '../write/items.ts';
import { type ItemAsked, itemName, writeItem } from '../write/projects/items.ts';
import { createProject, type ProjectChange, readStoredProject, updateProject } from '../write/projects/project.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, IssueNumber, Login, Repo, Title, UpdatedAt } from './schemas.ts';
import { checkChange, refuseBoth } from './write-arguments.ts';
import { Failed, Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const NodeId = z.string().min(1).max(100);
const Value = z.union([z.string().max(10_000), z.number(), z.null()]);
const Item = z.strictObject({
  item_id: NodeId.optional(),
  repo: Repo.optional(),
  number: IssueNumber.optional().describe('Issue or pull request of repo; added if missing'),
  title: Title.optional().describe('Of a draft; alone: a new one'),
  body: Body.optional(),
  edits: Edits.optional(),
  expected_updated_at: UpdatedAt.optional(),
  values: z.record(z.string().min(1).max(250), Value).optional().describe('By field, as read; null empties'),
  archived: z.boolean().optional(),
  after: NodeId.nullable().optional().describe('item_id; null: top'),
});
type Item = z.infer<typeof Item>;

const Done = z.object({
  name: z.string(),
  status: z.string(),
  item_id: z.string().optional(),
  verified: z.boolean().optional(),
  not_applied: z.array(z.string()).optional(),
  failed: Failed,
  error: z.string().optional(),
});

export const githubProjectWrite = defineTool({
  name: 'github_project_write',
  title: 'Create or change a project',
  description:
    'Without number a new project (title), with it a change of the project or of its items: drafts, values, order, archive. Answers item by item.',
  effect: 'write',
  openWorld: true,
  toolsets: ['projects'],
  input: z.strictObject({
    owner: Login,
    number: IssueNumber.optional(),
    title: Title.optional(),
    description: z.string().max(256).optional(),
    readme: Body.optional(),
    edits: Edits.optional().describe('Of the readme'),
    private: z.boolean().optional(),
    closed: z.boolean().optional(),
    expected_updated_at: UpdatedAt.optional(),
    items: z.array(Item).min(1).max(50).optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    number: z.number().optional(),
    url: z.string().optional(),
    private: z.boolean().optional(),
    closed: z.boolean().optional(),
    updated_at: z.string().optional(),
    items: z.array(Done).optional(),
    ...Outcome,
  }),

  async run({ owner, number, items, dry_run, ...change }, { github }: GitHubDeps, { signal, annotate }) {
    check(number, change, items);
    const asked = items?.map((item, index) => toAsked(github, item, index));
    annotate({ owner, number, items: asked?.length, dry_run });
    return runOrPlan(github, dry_run, async (port, mode) => {
      const how = { ...mode, change, call: { signal } };
      if (number === undefined) return createProject(port, owner, how);
      if (!asked) return updateProject(port, { owner, number }, how);
      const project = await readStoredProject(port, { owner, number }, how.call);
      const done = await eachItem(asked, {
        ...mode,
        github: port,
        name: itemName,
        work: (one, each) => writeItem(each, { project, asked: one }, how),
      });
      return { number: project.number, url: project.url, items: done };
    });
  },

  text: writeText,
});

function check(number: number | undefined, change: ProjectChange, items: readonly Item[] | undefined): void {
  const given = Object.entries(change).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  refuseBoth({ ...change }, 'readme');
  const forOld = ['items', 'edits', 'expected_updated_at'] as const;
  checkChange({ ...change, items }, { what: 'a project', number, forOld });
  if (items && given.length > 0) {
    throw new ValidationError(`Give items, or ${given.join(', ')} of the project itself: each in a call of its own.`);
  }
}

/** Which item it is, checked before anything is sent. */
function toAsked(github: GitHub, { repo, number, ...asked }: Item, index: number): ItemAsked {
  const { item_id, title, body, edits, expected_updated_at } = asked;
  const where = `items.${index}`;
  if ((repo === undefined) !== (number === undefined))
    throw new ValidationError(`${where}: repo and number go together.`);
  if (item_id !== undefined && number !== undefined) {
    throw new ValidationError(`${where}: give item_id, or repo and number.`);
  }
  if (body !== undefined && edits) throw new ValidationError(`${where}: give body or edits, not both.`);
  const texts = { title, body, edits, expected_updated_at };
  if (number !== undefined && Object.values(texts).some((value) => value !== undefined)) {
    throw new ValidationError(`${where}: title, body and edits are of drafts.`, {
      hint: 'github_issue_write and github_pull_write change those of an issue or pull request.',
    });
  }
  if (item_id === undefined && number === undefined) {
    if (title === undefined) throw new ValidationError(`${where}: needs item_id, repo and number, or title (a draft).`);
    if (edits || expected_updated_at !== undefined) throw new ValidationError(`${where}: a new draft takes body.`);
  }
  if (repo === undefined || number === undefined) return asked;
  return { ...asked, content: { ...github.repo(repo), number } };
}
