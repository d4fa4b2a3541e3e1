import type { Account, Team } from '../model/accounts.ts';
import type { State } from '../model/state.ts';

export function teamView(state: State, organization: Account, team: Team) {
  const url = `${state.urls.api}/organizations/${organization.id}/team/${team.id}`;
  return {
    ...{ id: team.id, node_id: `T_${team.id}`, name: team.name, slug: team.slug, description: null, privacy: 'closed' },
    ...{ notification_setting: 'notifications_enabled', permission: 'pull', parent: null, url, type: 'organization' },
    html_url: `${state.urls.html}/orgs/${organization.login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
  };
}
