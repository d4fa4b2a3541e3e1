import type { Account } from './model/accounts.ts';
import {
  type Advisory,
  addCodeAlert,
  addDependencyAlert,
  addRepositoryAdvisory,
  addSecretAlert,
  advisoriesOf,
} from './model/alerts.ts';
import type { Repository } from './model/repository.ts';
import type { State } from './model/state.ts';

/** An alert of every kind, an advisory of the database, and one of the repository that is not published. */
export function seedSecurity(state: State, repository: Repository, author: Account): void {
  const commit = repository.refs.get('refs/heads/main') ?? '';
  const at = { ref: 'refs/heads/main', commit, startLine: 3, endLine: 4 };
  addCodeAlert(state, repository, {
    ...{ ...at, path: 'src/module-1.ts', tool: 'CodeQL', message: 'This value is never checked.' },
    rule: {
      ...{ id: 'js/unchecked', name: 'js/unchecked', severity: 'high' },
      description: 'A value that nobody checks reaches a file system call.',
    },
    others: [{ ...at, path: 'src/module-2.ts' }],
  });
  addSecretAlert(state, repository, {
    ...{ secretType: 'amazon_aws_access_key_id', displayName: 'Amazon AWS Access Key ID', validity: 'inactive' },
    ...{ secret: 'AKIAIOSFODNN7EXAMPLE', path: 'src/module-3.ts', line: 7, commit, blob: commit },
    others: [{ type: 'issue_body', path: 'issues/1' }],
  });
  const advisory: Advisory = {
    ...{ ghsaId: 'GHSA-c3gv-9cxf-6f57', cveId: 'CVE-2026-10001', type: 'reviewed', severity: 'high' },
    ...{ summary: 'Prototype pollution in padding', ecosystem: 'npm', package: 'left-pad' },
    description: '### Impact\n\nA padded text can change `Object.prototype`.\n\n### Patches\n\nFixed in 1.3.0.\n',
    cvss: { score: 7.5, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N' },
    cwes: [{ id: 'CWE-1321', name: 'Prototype Pollution' }],
    ...{ vulnerable: '< 1.3.0', patched: '1.3.0', references: ['https://example.com/left-pad'] },
    ...{ publishedAt: state.now(), updatedAt: state.now() },
  };
  advisoriesOf(state).push(advisory);
  addDependencyAlert(state, repository, { advisory, manifest: 'package.json', scope: 'runtime' });
  const { type: _, references: __, ...own } = advisory;
  addRepositoryAdvisory(state, repository, {
    ...{ ...own, ghsaId: 'GHSA-v9jm-4h2x-q7wr', cveId: null, state: 'draft', author },
    ...{ summary: 'Table values are not escaped', package: 'workshop' },
  });
}
