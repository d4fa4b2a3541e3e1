import type { Advisory, RepositoryAdvisory } from '../model/alerts.ts';
import type { Repository } from '../model/repository.ts';
import { iso, type State } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { isoOrNull } from './issue.ts';
import { repositoryHtml, repositoryUrl } from './repository.ts';

type Common = Omit<Advisory, 'type' | 'references'>;

const identifiersOf = ({ ghsaId, cveId }: Common) => [
  { type: 'GHSA', value: ghsaId },
  ...(cveId === null ? [] : [{ type: 'CVE', value: cveId }]),
];

const scoreOf = ({ cvss }: Common) => ({ score: cvss.score, vector_string: cvss.vector });
const weaknessesOf = ({ cwes }: Common) => cwes.map(({ id, name }) => ({ cwe_id: id, name }));

export const vulnerabilityOf = (advisory: Common) => ({
  package: { ecosystem: advisory.ecosystem, name: advisory.package },
  severity: advisory.severity,
  vulnerable_version_range: advisory.vulnerable,
  first_patched_version: advisory.patched === null ? null : { identifier: advisory.patched },
});

/** The advisory inside of an alert. */
export const dependencyAdvisory = (advisory: Advisory) => ({
  ...{ ghsa_id: advisory.ghsaId, cve_id: advisory.cveId, summary: advisory.summary, description: advisory.description },
  vulnerabilities: [vulnerabilityOf(advisory)],
  severity: advisory.severity,
  cvss: scoreOf(advisory),
  cwes: weaknessesOf(advisory),
  identifiers: identifiersOf(advisory),
  references: advisory.references.map((url) => ({ url })),
  published_at: iso(advisory.publishedAt),
  updated_at: iso(advisory.updatedAt),
  withdrawn_at: null,
});

export const globalAdvisory = (state: State, advisory: Advisory) => ({
  ...{ ghsa_id: advisory.ghsaId, cve_id: advisory.cveId, summary: advisory.summary, description: advisory.description },
  url: `${state.urls.api}/advisories/${advisory.ghsaId}`,
  html_url: `${state.urls.html}/advisories/${advisory.ghsaId}`,
  repository_advisory_url: null,
  ...{ type: advisory.type, severity: advisory.severity, source_code_location: null },
  identifiers: identifiersOf(advisory),
  references: advisory.references,
  published_at: iso(advisory.publishedAt),
  updated_at: iso(advisory.updatedAt),
  github_reviewed_at: advisory.type === 'reviewed' ? iso(advisory.publishedAt) : null,
  ...{ nvd_published_at: null, withdrawn_at: null },
  vulnerabilities: [
    {
      package: { ecosystem: advisory.ecosystem, name: advisory.package },
      vulnerable_version_range: advisory.vulnerable,
      first_patched_version: advisory.patched,
      vulnerable_functions: [],
    },
  ],
  cvss: scoreOf(advisory),
  cwes: weaknessesOf(advisory),
  credits: [],
});

export function repositoryAdvisoryView(state: State, repository: Repository, advisory: RepositoryAdvisory) {
  const author = simpleUser(state, advisory.author);
  const isPublished = advisory.state === 'published';
  return {
    ...{
      ghsa_id: advisory.ghsaId,
      cve_id: advisory.cveId,
      summary: advisory.summary,
      description: advisory.description,
    },
    url: `${repositoryUrl(state, repository)}/security-advisories/${advisory.ghsaId}`,
    html_url: `${repositoryHtml(state, repository)}/security/advisories/${advisory.ghsaId}`,
    severity: advisory.severity,
    author,
    publisher: isPublished ? author : null,
    identifiers: identifiersOf(advisory),
    state: advisory.state,
    created_at: iso(advisory.createdAt),
    updated_at: iso(advisory.updatedAt),
    published_at: isPublished ? isoOrNull(advisory.publishedAt) : null,
    closed_at: advisory.state === 'closed' ? iso(advisory.updatedAt) : null,
    withdrawn_at: null,
    submission: null,
    vulnerabilities: [
      {
        package: { ecosystem: advisory.ecosystem, name: advisory.package },
        vulnerable_version_range: advisory.vulnerable,
        patched_versions: advisory.patched,
        vulnerable_functions: [],
      },
    ],
    cvss: scoreOf(advisory),
    cwes: weaknessesOf(advisory),
    cwe_ids: advisory.cwes.map(({ id }) => id),
    ...{ credits: [], credits_detailed: [], collaborating_users: [], collaborating_teams: [], private_fork: null },
  };
}
