import type { Facts } from './acceptance.fixture.ts';

export type Call = readonly [tool: string, args: Record<string, unknown>];

const repo = 'acme/workshop';
const engine = 'acme/engine';

/** Every reading tool, in every mode of it; `talk` is a discussion of acme/engine, `project` one of acme. */
export function readCalls(
  { large, huge, run, job, head }: Facts,
  { talk = 1, gist = '0', project = 1, alerts = [1] as readonly number[] } = {},
): Call[] {
  return [
    ['github_whoami', {}],
    ['github_repo', { repo: engine }],
    [
      'github_repo',
      {
        repo: engine,
        include: [
          ...['branches', 'tags', 'releases', 'collaborators', 'labels', 'milestones', 'languages', 'rulesets'],
          'issue_types',
        ],
      },
    ],
    ['github_issue', { repo, number: 1 }],
    [
      'github_issue',
      {
        repo,
        number: 2,
        include: ['comments', 'timeline', 'sub_issues', 'parent', 'blocked_by', 'blocking', 'linked_pulls'],
      },
    ],
    ['github_search', { kind: 'repositories', query: 'shapes' }],
    ['github_search', { kind: 'code', query: 'draw', filters: { repo: engine } }],
    ['github_search', { kind: 'issues', query: 'Body', filters: { repo, state: 'open' } }],
    ['github_search', { kind: 'pulls', query: 'lazily', filters: { repo } }],
    ['github_search', { kind: 'commits', query: 'circle', filters: { repo: engine } }],
    ['github_search', { kind: 'users', query: 'ada' }],
    ['github_search', { kind: 'orgs', query: 'acme' }],
    ['github_search', { kind: 'discussions', query: 'shapes', filters: { repo: engine } }],
    ['github_read_files', { repo: engine, files: [{ path: 'README.md' }, { path: 'src/render.ts', from: 2, to: 4 }] }],
    ['github_read_files', { repo: engine, ref: 'v1.0.0', files: [{ path: 'docs/latest.md' }, { path: 'src' }] }],
    ['github_tree', { repo: engine }],
    ['github_tree', { repo: engine, path: 'src', include: ['*.ts'], depth: 2 }],
    ['github_history', { repo: engine }],
    ['github_history', { repo: engine, show: 'commits', path: 'CHANGELOG.md', author: 'grace' }],
    ['github_history', { repo, show: 'commit', ref: head }],
    ['github_history', { repo: engine, show: 'compare', base: 'v1.0.0', head: 'main' }],
    ['github_history', { repo: engine, show: 'blame', path: 'src/shapes/circle.ts' }],
    ['github_history', { repo, show: 'commit', ref: head, diff: true, exclude: ['*.lock'] }],
    ['github_history', { repo, show: 'compare', base: 'main', head: 'load-lazily', diff: true, include: ['src/**'] }],
    ['github_list_issues', { repo, state: 'all', filters: { labels: ['bug'] } }],
    ['github_list_pulls', { repo, state: 'all' }],
    ['github_list_pulls', { repo, filters: { author: 'grace' }, sort: 'updated' }],
    ['github_pull', { repo, number: large.number }],
    [
      'github_pull',
      { repo, number: large.number, include: ['files', 'comments', 'reviews', 'threads', 'commits', 'checks'] },
    ],
    ['github_pull_diff', { repo, number: large.number, include: ['src/module-1*.ts'] }],
    ['github_pull_diff', { repo, number: huge.number }],
    ['github_actions', { repo, filters: { status: 'failure' } }],
    ['github_actions', { repo, show: 'run', run_id: run }],
    ['github_actions', { repo, show: 'run', run_id: run, attempt: 1 }],
    ['github_actions', { repo, show: 'workflows' }],
    ['github_job_logs', { repo, job_id: job }],
    ['github_job_logs', { repo, run_id: run, show: 'tail', lines: 5 }],
    ['github_job_logs', { repo, run_id: run, attempt: 1, show: 'head', lines: 5 }],
    ['github_discussions', { repo: engine }],
    ['github_discussions', { repo: engine, number: talk }],
    ['github_notifications', {}],
    ['github_gists', {}],
    ['github_gists', { gist_id: gist }],
    ['github_gists', { gist_id: gist, include: ['comments', 'history'] }],
    ['github_projects', { owner: 'acme' }],
    ['github_projects', { owner: 'acme', number: project }],
    ...['code_scanning', 'secret_scanning', 'dependabot', 'advisories'].map(
      (kind): Call => ['github_security', { repo, kind }],
    ),
    ...['code_scanning', 'secret_scanning', 'dependabot'].flatMap((kind): Call[] =>
      alerts.map((number) => ['github_security', { repo, kind, number }]),
    ),
    ...['GHSA-v9jm-4h2x-q7wr', ...(alerts.length > 1 ? ['GHSA-aaaa-bbbb-cc01'] : [])].map(
      (ghsa_id): Call => ['github_security', { repo, ghsa_id }],
    ),
    ['github_security', { ghsa_id: 'GHSA-c3gv-9cxf-6f57' }],
  ];
}

export type WriteCall = readonly [
  tool: string,
  args: Record<string, unknown> | ((answer: Record<string, unknown>) => Record<string, unknown>),
];

/** Every writing tool, one after the other; a function gets what the call before it answered. */
export function writeCalls(
  { large, conflicting, run, job, head }: Facts,
  { talk, thread, inbox = '1' }: { talk: number; thread: string; inbox?: string },
): WriteCall[] {
  return [
    ['github_issue_write', { repo, title: 'New', body: 'Text with <n>\r\n', labels: ['bug'], milestone: 'v1.0' }],
    [
      'github_issue_write',
      { repo, number: 1, edits: [{ old_text: 'keep me', new_text: 'kept' }], add_labels: ['wontfix'] },
    ],
    ['github_issue_write', { repo, number: 3, state: 'closed', state_reason: 'not_planned' }],
    ['github_issue_write', { repo, number: 4, duplicate_of: 1 }],
    ['github_comment_write', { repo, action: 'add', number: 1, body: 'one <two>' }],
    [
      'github_comment_write',
      ({ comment_id }) => ({ repo, action: 'edit', comment_id, edits: [{ old_text: 'two', new_text: '2' }] }),
    ],
    ['github_comment_write', { repo, action: 'react', number: 1, reaction: 'heart' }],
    ['github_comment_write', { repo, action: 'add', on: 'commit', sha: head, body: 'On the commit' }],
    [
      'github_comment_write',
      ({ comment_id }) => ({ repo, action: 'react', on: 'commit', comment_id, reaction: 'eyes' }),
    ],
    ['github_comment_write', { repo: engine, action: 'add', on: 'discussion', number: talk, body: 'Triangles.' }],
    [
      'github_write_files',
      {
        repo,
        message: 'Change',
        files: [
          { path: 'README.md', edits: [{ old_text: '# Workshop', new_text: '# The workshop' }] },
          { path: 'docs/new.md', text: 'new\r\n' },
          { path: 'src/module-40.ts', delete: true },
        ],
      },
    ],
    ['github_branch_write', { repo, action: 'create', branch: 'fresh' }],
    ['github_branch_write', { repo, action: 'rename', branch: 'fresh', new_name: 'fresher' }],
    [
      'github_write_files',
      { repo, branch: 'fresher', message: 'Add', files: [{ path: 'added.txt', text: 'added\n' }] },
    ],
    ['github_pull_write', { repo, title: 'Fresh', head: 'fresher', base: 'main', body: 'A <body>' }],
    [
      'github_pull_write',
      ({ number }) => ({ repo, number, edits: [{ old_text: '<body>', new_text: '<text>' }], add_labels: ['bug'] }),
    ],
    ['github_pull_merge', ({ number, head: expected_head }) => ({ repo, number, expected_head, method: 'squash' })],
    ['github_pull_write', { repo, number: conflicting.number, reviewers: ['ada'], draft: true }],
    [
      'github_pull_review',
      {
        repo,
        number: large.number,
        event: 'comment',
        body: 'Looked at',
        comments: [
          { path: 'src/module-20.ts', line: 5, body: 'Why?' },
          { path: 'src/module-21.ts', body: 'All of it?' },
        ],
      },
    ],
    ['github_pull_review', { repo, number: large.number, resolve: [thread] }],
    ['github_labels_write', { repo, labels: [{ name: 'new one', color: 'ff0000' }], milestones: [{ title: 'v2.0' }] }],
    ['github_issue_links_write', { repo, number: 1, kind: 'sub_issue', issues: [2] }],
    ['github_issue_links_write', { repo, number: 5, kind: 'blocked_by', issues: [6] }],
    ['github_actions_run', { repo, action: 'rerun', job_id: job }],
    ['github_actions_run', { repo, action: 'cancel', run_id: run }],
    ['github_actions_run', { repo, action: 'rerun', run_id: run }],
    ['github_actions_run', { repo, action: 'dispatch', workflow: 'ci.yml', inputs: { level: 'info' } }],
    ['github_release_write', { repo, action: 'create', tag: 'v1.0.0', name: '1.0', body: 'First <one>' }],
    [
      'github_release_write',
      { repo, action: 'update', tag: 'v1.0.0', edits: [{ old_text: '<one>', new_text: '<two>' }] },
    ],
    ['github_repo_write', { action: 'create', repo: 'ada/created', auto_init: true }],
    ['github_repo_write', { action: 'star', repo: engine }],
    ['github_repo_write', { action: 'fork', repo: engine, fork_name: 'engine-too' }],
    [
      'github_discussion_write',
      { repo: engine, title: 'New', body: 'Why <so>?', category: 'Q&A', add_labels: ['bug'] },
    ],
    [
      'github_discussion_write',
      ({ number }) => ({ repo: engine, number, edits: [{ old_text: '<so>', new_text: '<then>' }], state: 'closed' }),
    ],
    ['github_project_write', { owner: 'acme', title: 'Board', description: 'All <of> it', readme: '# Board\r\n' }],
    [
      'github_project_write',
      ({ number }) => ({
        ...{ owner: 'acme', number },
        items: [
          { repo, number: 1, values: { Status: 'Todo' } },
          { title: 'Draft <one>', body: 'Later\r\n', after: null },
        ],
      }),
    ],
    [
      'github_project_write',
      ({ number, items }) => ({
        ...{ owner: 'acme', number },
        items: [{ item_id: lastId(items), values: { Status: 'Done' }, archived: true }],
      }),
    ],
    ['github_gist_write', { action: 'create', description: 'New', files: [{ name: 'a.md', text: 'A <n>\r\n' }] }],
    [
      'github_gist_write',
      ({ gist_id = '0', updated_at: expected_updated_at }) => ({
        ...{ action: 'update', gist_id, expected_updated_at },
        files: [{ name: 'a.md', edits: [{ old_text: '<n>', new_text: '<m>' }] }],
      }),
    ],
    ['github_gist_write', ({ gist_id = '0' }) => ({ action: 'comment', gist_id, body: 'Two <words>' })],
    [
      'github_gist_write',
      ({ gist_id = '0', comment_id }) => ({
        ...{ action: 'edit_comment', gist_id, comment_id, edits: [{ old_text: 'Two', new_text: '2' }] },
      }),
    ],
    ['github_gist_write', ({ gist_id = '0' }) => ({ action: 'star', gist_id })],
    ['github_notification_write', { action: 'read_all', repo, last_read_at: '2026-03-01T10:00:00Z' }],
    ['github_notification_write', { action: 'watch', repo }],
    ['github_notification_write', { action: 'read', thread_ids: [inbox] }],
    ['github_comment_write', { repo: engine, action: 'react', on: 'discussion', number: talk, reaction: 'heart' }],
    ['github_delete', { repo, kind: 'branch', name: 'regenerate' }],
    ['github_delete', { repo, kind: 'release', name: 'v1.0.0' }],
    ['github_delete', { repo, kind: 'tag', name: 'v1.0.0' }],
    ['github_delete', { repo, kind: 'milestone', name: 'v2.0' }],
  ];
}

const lastId = (items: unknown): string => (items as { item_id: string }[] | undefined)?.at(-1)?.item_id ?? 'PVTI_x';
