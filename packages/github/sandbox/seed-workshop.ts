import { type Account, findAccount } from './model/accounts.ts';
import { addArtifact, addRun, type Run } from './model/actions.ts';
import { addCheckRun } from './model/checks.ts';
import { commitFiles } from './model/commits.ts';
import type { Issue, PullRequest } from './model/issue.ts';
import { addComment, addIssue } from './model/issue-store.ts';
import { addMilestone } from './model/milestones.ts';
import { openPull } from './model/pulls.ts';
import { addRelease } from './model/releases.ts';
import { addRepository, type Repository } from './model/repository.ts';
import { addReview, replyTo } from './model/reviews.ts';
import type { State } from './model/state.ts';
import { knownWorkflows } from './model/workflow-file.ts';
import { zipOf } from './model/zip.ts';
import { type Seeded, seedWorld } from './seed.ts';
import { logAnnotations, logEnd, logStart, logSteps, longLog } from './seed-log.ts';
import { seedSecurity } from './seed-security.ts';
import { hostileBodies, longBody } from './seed-texts.ts';

export interface Workshop {
  readonly repository: Repository;
  /** One of every difficult body, and the one of 60,000 characters last. */
  readonly hostile: readonly Issue[];
  /** 40 files, 20 review comments, reviews, checks. */
  readonly large: PullRequest;
  /** Conflicts with main. */
  readonly conflicting: PullRequest;
  /** 20,000 changed lines in one file: GitHub refuses its diff, and shows no patch of it. */
  readonly huge: PullRequest;
  /** Failed, with a log of 100,000 lines in its second job. */
  readonly run: Run;
}

const workflow = `name: CI
on:
  pull_request:
  workflow_dispatch:
    inputs:
      level:
        type: choice
        required: true
        options: 
          - info
          - debug
      dry_run:
        type: boolean
        default: false
jobs:
  lint:
    runs-on: ubuntu-latest
  test:
    runs-on: ubuntu-latest
`;

const numbered = (count: number, text: (n: number) => string) =>
  `${Array.from({ length: count }, (_, index) => text(index + 1)).join('\n')}\n`;

/** owner/workshop: what is hard about issues, pull requests and logs. `reviewer` gets write access. */
export function seedWorkshop(
  state: State,
  { owner, author, reviewer }: { owner: Account; author: Account; reviewer: Account },
): Workshop {
  const repository = addRepository(state, { owner, name: 'workshop', description: 'Everything that is hard' });
  repository.collaborators.set(author.id, 'write');
  repository.collaborators.set(reviewer.id, 'write');
  const modules = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `src/module-${index + 1}.ts`,
      numbered(60, (n) => `export const value${n} = ${n};`),
    ]),
  );
  const files = {
    ...modules,
    'README.md': '# Workshop\n',
    'CHANGELOG.md': '# Changes\n\nNothing yet.\n',
    'data/table.csv': numbered(20_000, (n) => `${n},before`),
    '.github/workflows/ci.yml': workflow,
  };
  commitFiles(state, repository, { message: 'Start', files, author });
  addMilestone(state, repository, { title: 'v1.0', creator: author, description: 'First <stable> release' });
  const hostile = [...Object.entries(hostileBodies), ['60,000 characters', longBody()] as const].map(([title, body]) =>
    addIssue(state, repository, { author, title: `Body with ${title}`, body, labels: repository.labels.slice(0, 1) }),
  );
  for (const issue of hostile)
    addComment(state, issue, { author: reviewer, body: `Same here.\r\n\r\n${issue.body?.slice(0, 500) ?? ''}` });
  const large = seedLarge(state, repository, { author, reviewer });
  const run = seedRun(state, repository, { large, author });
  const conflicting = seedConflict(state, repository, { author, reviewer });
  commitFiles(state, repository, {
    ...{ branch: 'regenerate', message: 'Regenerate the table', author },
    files: { 'data/table.csv': numbered(20_000, (n) => `${n},after`) },
  });
  const huge = openPull(state, repository, { author, title: 'Regenerate the table', head: 'regenerate', base: 'main' });
  addRelease(state, repository, { author, tag: 'v0.9.0', name: '0.9', body: 'Before the first.\r\n' });
  seedSecurity(state, repository, reviewer);
  return { repository, hostile, large, conflicting, huge, run };
}

interface People {
  readonly author: Account;
  readonly reviewer: Account;
}

function seedLarge(state: State, repository: Repository, { author, reviewer }: People): PullRequest {
  for (let batch = 0; batch < 4; batch += 1) {
    const files = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => {
        const path = `src/module-${batch * 10 + index + 1}.ts`;
        return [
          path,
          numbered(60, (n) =>
            n === 5 || n === 50
              ? `export const value${n}: Promise<number> = load(${n});`
              : `export const value${n} = ${n};`,
          ),
        ];
      }),
    );
    commitFiles(state, repository, { branch: 'load-lazily', message: `Load lazily, part ${batch + 1}`, files, author });
  }
  const body =
    'Every module loads its values when they are asked for.\r\n\r\nFixes #1, see also #2.\r\n\r\n- [x] tests\r\n- [ ] docs <n>\r\n';
  const pull = openPull(state, repository, {
    author,
    title: 'Load values lazily',
    body,
    head: 'load-lazily',
    base: 'main',
  });
  const threads = Array.from({ length: 18 }, (_, index) => ({
    ...{ path: `src/module-${index + 1}.ts`, line: index % 2 === 0 ? 5 : 50 },
    body: `Is \`Promise<number>\` right in module ${index + 1}?\n\n\`\`\`suggestion\nexport const value5 = 5;\n\`\`\``,
  }));
  addReview(state, pull, { author: reviewer, event: 'REQUEST_CHANGES', body: 'A few questions.', threads });
  for (const thread of pull.pull.threads.slice(0, 2)) replyTo(state, pull, { thread, author, body: 'Yes, it is.' });
  for (const thread of pull.pull.threads.slice(2, 5)) thread.resolvedBy = author;
  addComment(state, pull, { author: reviewer, body: 'Thanks for splitting the commits.' });
  return pull;
}

function seedRun(
  state: State,
  repository: Repository,
  { large, author }: { large: PullRequest; author: Account },
): Run {
  const sha = large.pull.head.sha;
  const [ci] = knownWorkflows(state, repository);
  if (!ci) throw new Error('the workflow is in the first commit');
  const run = addRun(state, repository, {
    ...{
      workflow: ci,
      headBranch: 'load-lazily',
      headSha: sha,
      actor: author,
      event: 'pull_request',
      title: large.title,
    },
    jobs: [
      { name: 'lint', log: '2026-03-01T10:00:00.0000000Z all good\n' },
      {
        name: 'test',
        conclusion: 'failure',
        startedAt: logStart,
        completedAt: logEnd,
        steps: logSteps,
        annotations: logAnnotations,
        log: longLog,
      },
    ],
  });
  addArtifact(state, run, { name: 'coverage', data: zipOf({ 'coverage.txt': '87 %\n' }) });
  addCheckRun(state, repository, {
    ...{ name: 'coverage', sha, conclusion: 'neutral' },
    output: { title: '87 %', summary: 'Down by **1 %**', text: null },
  });
  const made = { id: state.nextId(), creator: author, createdAt: state.now(), targetUrl: null };
  repository.statuses.set(sha, [{ ...made, state: 'pending', context: 'deploy/preview', description: 'Waiting' }]);
  return run;
}

function seedConflict(state: State, repository: Repository, { author, reviewer }: People): PullRequest {
  const file = (text: string) => ({ 'CHANGELOG.md': `# Changes\n\n${text}\n` });
  commitFiles(state, repository, { branch: 'notes', message: 'Notes', files: file('- Loads lazily.'), author });
  commitFiles(state, repository, { message: 'Other notes', files: file('- Loads eagerly.'), author: reviewer });
  return openPull(state, repository, { author, title: 'Write notes', head: 'notes', base: 'main', draft: false });
}

/** The world with acme/workshop in it. Throws where the world lacks its people. */
export function seedWorldWithWorkshop(state: State): Seeded {
  const seeded = seedWorld(state);
  const [owner, author, reviewer] = ['acme', 'grace', 'ada'].map((login) => findAccount(state, login));
  if (!owner || !author || !reviewer) throw new Error('the world has acme, grace and ada');
  seedWorkshop(state, { owner, author, reviewer });
  return seeded;
}
