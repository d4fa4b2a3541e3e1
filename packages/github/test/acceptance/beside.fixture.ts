import type { Sandbox } from '../../sandbox/index.ts';
import {
  type Advisory,
  addCodeAlert,
  addDependencyAlert,
  addSecretAlert,
  repositoryAdvisoriesOf,
} from '../../sandbox/model/alerts.ts';
import { addGist, addGistComment } from '../../sandbox/model/gists.ts';
import { issuesOf } from '../../sandbox/model/issue.ts';
import { inboxOf, notify } from '../../sandbox/model/notifications.ts';
import { addDraftItem, addProject, addProjectField, addProjectItem } from '../../sandbox/model/projects.ts';
import type { Repository } from '../../sandbox/model/repository.ts';
import { repositoryOf } from './acceptance.fixture.ts';
import { accountOf } from './outside.fixture.ts';

/** A thread in ada's inbox, about the first issue of the workshop. */
export function addThread(sandbox: Sandbox): string {
  const [issue] = issuesOf(repositoryOf(sandbox, 'acme/workshop')).values();
  const ada = accountOf(sandbox, 'ada');
  if (issue) notify(sandbox.state, ada, { issue, reason: 'mention' });
  return String(inboxOf(ada).find((thread) => thread.issue === issue)?.id);
}

/** A gist and notifications of ada's, a project of acme's with items, and an alert of every kind in a repository; `text` is in all of them. */
export function addBeside(sandbox: Sandbox, { repository, text }: { repository: Repository; text: string }) {
  const { state } = sandbox;
  const [ada, grace, acme] = [accountOf(sandbox, 'ada'), accountOf(sandbox, 'grace'), accountOf(sandbox, 'acme')];
  const gist = addGist(state, { owner: ada, description: text, files: { [`${text.split('\n')[0]}.md`]: `${text}\n` } });
  addGistComment(state, gist, { author: grace, body: text });
  const project = addProject(state, { owner: acme, creator: ada, title: text, description: text });
  addProjectField(state, project, { name: text, type: 'SINGLE_SELECT', options: [text] });
  addDraftItem(state, project, { title: text, body: text, by: grace });
  const [issue] = issuesOf(repository).values();
  if (issue) {
    addProjectItem(state, project, { issue, by: ada });
    notify(state, ada, { issue, reason: 'mention' });
  }
  const commit = repository.refs.get('refs/heads/main') ?? '';
  const place = { path: 'README.md', commit };
  addCodeAlert(state, repository, {
    ...{ ...place, rule: { id: 'js/xss', name: text, description: text, severity: 'high' }, tool: 'CodeQL' },
    ...{ ref: 'refs/heads/main', startLine: 1, endLine: 2, message: text },
  });
  addSecretAlert(state, repository, {
    ...{ ...place, secretType: 'key', displayName: text, secret: 'AKIAEXAMPLE', validity: 'active' },
    ...{ blob: commit, line: 1 },
  });
  const advisory: Omit<Advisory, 'references' | 'type'> = {
    ...{ ghsaId: 'GHSA-aaaa-bbbb-cc01', cveId: null, summary: text, description: text, severity: 'high' },
    ...{ cvss: { score: 7.5, vector: 'CVSS:3.1/AV:N' }, cwes: [], ecosystem: 'npm', package: 'left-pad' },
    ...{ vulnerable: '< 1.3.0', patched: '1.3.0', publishedAt: 1_700_000_000_000, updatedAt: 1_700_000_000_000 },
  };
  addDependencyAlert(state, repository, {
    advisory: { ...advisory, references: [], type: 'reviewed' },
    ...{ manifest: 'package.json', scope: 'runtime' },
  });
  repositoryAdvisoriesOf(repository).push({ ...advisory, state: 'draft', author: ada, createdAt: state.now() });
  // Beside those that the workshop has.
  return { gist: gist.id, project: project.number, alerts: [1, 2] };
}
