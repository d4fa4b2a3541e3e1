import { AuthError } from '@mcp-servers/core';
import { oneLine } from '@mcp-servers/core/http';
import type { Allowlist } from '@mcp-servers/core/outside';
import type { Allows } from './answers.ts';
import { scopeOf } from './search.ts';

const allowSetting = 'GITHUB_REPOS';

/** The allowlist as a policy asks it. What throws throws AuthError. */
export interface Bounds {
  /** Every repository is inside. */
  readonly open: boolean;
  readonly allows: Allows;
  refuse(what: string, why: string): never;
  /** Throws for `owner/name` outside. */
  repository(name: string): void;
  /** Throws unless everything of this owner is inside. */
  organisation(owner: string): void;
  /** Throws when the qualifiers of a search lead outside. */
  search(search: string): void;
}

export function createBounds(allowlist: Allowlist): Bounds {
  const { open } = allowlist;
  const allows = (name: string): boolean => open || (isName(name) && allowlist.allows(name.replace(/\.git$/i, '')));

  function refuse(what: string, why: string): never {
    throw new AuthError(`${what} ${why} (${allowSetting}=${allowlist.patterns.join(',')}). Nothing was sent.`, {
      hint: `Only a person can change ${allowSetting}. Keep to the repositories it allows.`,
    });
  }

  function repository(name: string): void {
    if (!allows(name)) refuse(`The repository ${oneLine(name, 120)}`, 'is outside the allowlist of this server');
  }

  return {
    ...{ open, allows, refuse, repository },
    organisation(owner) {
      if (coversOwner(allowlist, owner)) return;
      refuse(`Data of the organisation ${owner}`, 'is outside the allowlist, which has only parts of it');
    },
    search(search) {
      const { repositories, owners } = scopeOf(search);
      for (const name of repositories) repository(name);
      for (const owner of owners) {
        if (!mayHold(allowlist, owner)) refuse(`Searching in ${oneLine(owner, 60)}`, 'leads outside the allowlist');
      }
    },
  };
}

/** GitHub's names are ASCII; anything else could be folded into one. */
const isName = (name: string): boolean => /^[\w.-]+\/[\w.-]+$/.test(name);

const allowing = ({ patterns }: Allowlist): string[] => patterns.filter((pattern) => !pattern.startsWith('!'));

/** Everything of this owner is inside: a pattern takes it in, and none takes any of it away. */
function coversOwner(allowlist: Allowlist, owner: string): boolean {
  const allow = allowing(allowlist);
  const denied = allowlist.patterns.some(
    (pattern) => pattern.startsWith('!') && mayMatchOwner(pattern.slice(1), owner),
  );
  const whole = allow.some((pattern) => pattern.endsWith('/*') && mayMatchOwner(pattern, owner));
  return !denied && (allow.length === 0 || whole);
}

/** Some repository of this owner may be inside. */
const mayHold = (allowlist: Allowlist, owner: string): boolean => {
  const allow = allowing(allowlist);
  return allow.length === 0 || allow.some((pattern) => mayMatchOwner(pattern, owner));
};

function mayMatchOwner(pattern: string, owner: string): boolean {
  const [part = ''] = pattern.split('/');
  const source = part.replaceAll('.', String.raw`\.`).replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 'i').test(owner);
}
