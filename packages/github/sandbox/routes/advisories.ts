import { repositoryOf } from '../access.ts';
import { type Area, type Call, param, text } from '../call.ts';
import { type Advisory, advisoriesOf, repositoryAdvisoriesOf } from '../model/alerts.ts';
import { notFound } from '../refusal.ts';
import { ok } from '../reply.ts';
import { globalAdvisory, repositoryAdvisoryView } from '../views/advisory.ts';
import { cursorPage } from './by-cursor.ts';
import { mayPush } from './issue-at.ts';

function matches(call: Call, advisory: Advisory): boolean {
  const is = (name: string, value: string | null) => text(call, name) === undefined || text(call, name) === value;
  const listed = (name: string) => (text(call, name) ?? '').split(',').filter(Boolean);
  const [cwes, affects] = [listed('cwes'), listed('affects')];
  const numbers = advisory.cwes.map(({ id }) => id.replace('CWE-', ''));
  return (
    is('ghsa_id', advisory.ghsaId) &&
    is('cve_id', advisory.cveId) &&
    is('ecosystem', advisory.ecosystem) &&
    is('severity', advisory.severity) &&
    (text(call, 'type') ?? 'reviewed') === advisory.type &&
    (cwes.length === 0 || cwes.some((cwe) => numbers.includes(cwe.replace('CWE-', '')))) &&
    (affects.length === 0 ||
      affects.some((name) => name.replace(/@[^@]*$/, '') === advisory.package || name === advisory.package))
  );
}

const repo = '/repos/{owner}/{repo}/security-advisories';

export const advisories: Area = {
  name: 'advisories',
  routes: {
    'GET /advisories': (call) => {
      const key = text(call, 'sort') === 'updated' ? 'updatedAt' : 'publishedAt';
      const found = advisoriesOf(call.state)
        .filter((advisory) => matches(call, advisory))
        .sort((a, b) => b[key] - a[key]);
      if (text(call, 'direction') === 'asc') found.reverse();
      return cursorPage(call, found, (advisory) => globalAdvisory(call.state, advisory));
    },
    'GET /advisories/{ghsa_id}': (call) => {
      const advisory = advisoriesOf(call.state).find(({ ghsaId }) => ghsaId === param(call, 'ghsa_id'));
      if (!advisory) throw notFound();
      return ok(globalAdvisory(call.state, advisory));
    },
    [`GET ${repo}`]: (call) => {
      const repository = repositoryOf(call);
      const state = text(call, 'state');
      const found = repositoryAdvisoriesOf(repository).filter(
        (advisory) =>
          (advisory.state === 'published' || mayPush(call, repository)) &&
          (state === undefined || advisory.state === state),
      );
      return cursorPage(call, found, (advisory) => repositoryAdvisoryView(call.state, repository, advisory));
    },
    [`GET ${repo}/{ghsa_id}`]: (call) => {
      const repository = repositoryOf(call);
      const advisory = repositoryAdvisoriesOf(repository).find(({ ghsaId }) => ghsaId === param(call, 'ghsa_id'));
      if (!advisory || (advisory.state !== 'published' && !mayPush(call, repository))) throw notFound();
      return ok(repositoryAdvisoryView(call.state, repository, advisory));
    },
  },
};
