import type { Account } from '../../model/accounts.ts';
import type { Project } from '../../model/projects.ts';
import { hasPermission } from '../../model/tokens.ts';
import type { Context } from '../context.ts';
import { forbidden } from '../errors.ts';
import { loadAs } from '../load.ts';
import { needScopes } from '../permits.ts';
import { mayChangeProject } from '../views/project.ts';

/** The project, when the viewer and the token may change it. Throws FieldRefusal. */
export function projectFor(g: Context, given: string | Project, name: string): Project {
  needScopes(g, name, ['project']);
  const project = typeof given === 'string' ? loadAs(g, 'ProjectV2', given).project : given;
  mayWrite(g, project.owner);
  if (!mayChangeProject(g, project)) throw refused(g, name);
  return project;
}

/** Who may have a new project made for him. Throws FieldRefusal. */
export function ownerFor(g: Context, id: string, name: string): Account {
  needScopes(g, name, ['project']);
  const { account } = loadAs(g, 'Account', id);
  mayWrite(g, account);
  if (account !== g.viewer && !account.members.has(g.viewer.id)) throw refused(g, name);
  return account;
}

/** Fine-grained tokens reach the projects of organisations alone. */
function mayWrite({ token }: Context, owner: Account): void {
  if (token.kind !== 'fine-grained') return;
  if (owner.type !== 'Organization' || !hasPermission(token, 'organization_projects', 'write')) throw forbidden();
}

const refused = ({ viewer }: Context, name: string) =>
  forbidden(`${viewer.login} does not have the correct permissions to execute \`${name}\``);
