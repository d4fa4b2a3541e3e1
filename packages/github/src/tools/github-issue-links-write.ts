import { defineTool, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub } from '../client/index.ts';
import { type IssueName, issueLabel } from '../read/issue.ts';
import { eachItem } from '../write/items.ts';
import { linkKinds, writeLink } from '../write/links/links.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, IssueNumber, Repo } from './schemas.ts';
import { Items, Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

export const githubIssueLinksWrite = defineTool({
  name: 'github_issue_links_write',
  title: 'Link issues',
  description:
    'Make issues sub-issues of this one, what it is blocked by, what it is blocking, or close it as a duplicate. remove undoes a link. Answers item by item.',
  effect: 'write',
  idempotent: true,
  openWorld: true,
  toolsets: ['issues'],
  input: z.strictObject({
    repo: Repo,
    number: IssueNumber,
    kind: z.enum(linkKinds),
    issues: z
      .array(z.union([IssueNumber, z.string().max(300)]))
      .min(1)
      .max(50)
      .describe('Numbers, or owner/name#12'),
    remove: z.boolean().default(false),
    replace_parent: z.boolean().default(false),
    dry_run: DryRun,
  }),
  output: z.object({ items: Items.optional(), ...Outcome }),

  async run({ repo, number, issues, dry_run, ...link }, { github }: GitHubDeps, { signal, annotate }) {
    const issue = { ...github.repo(repo), number };
    annotate({ repo, number, kind: link.kind, dry_run });
    if (link.replace_parent && (link.kind !== 'sub_issue' || link.remove)) {
      throw new ValidationError('replace_parent: only for a sub_issue that is added.');
    }
    const others = issues.map((other) => nameOf(github, other, issue));
    if (link.kind === 'duplicate_of' && others.length > 1) {
      throw new ValidationError('An issue is a duplicate of one other: give one in issues.');
    }
    if (others.some((other) => issueLabel(other).toLowerCase() === issueLabel(issue).toLowerCase())) {
      throw new ValidationError('issues: an issue is not linked with itself.');
    }
    return runOrPlan(github, dry_run, async (port, mode) => {
      const items = await eachItem(others, {
        ...mode,
        github: port,
        name: issueLabel,
        work: (other, each) => writeLink(each, { ...link, issue, other }, { ...mode, call: { signal } }),
      });
      return { items };
    });
  },

  text: writeText,
});

function nameOf(github: GitHub, other: number | string, here: IssueName): IssueName {
  if (typeof other === 'number') return { ...here, number: other };
  const [, name = '', number = ''] = /^(.*?)#(\d{1,10})$/.exec(other.trim()) ?? [];
  if (number === '') {
    throw new ValidationError(`issues: "${other}" is no issue.`, { hint: 'Give its number, or owner/name#12.' });
  }
  return name === '' ? { ...here, number: Number(number) } : { ...github.repo(name), number: Number(number) };
}
