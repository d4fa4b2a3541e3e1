import { ConflictError } from '@mcp-servers/core';
import { oneLine, type UpstreamRequest } from '@mcp-servers/core/http';
import type { PrivacyGuard } from '../leak.ts';
import type { Lookups } from '../lookups.ts';
import type { SeenRepository } from './answers.ts';
import type { createAsked } from './asked.ts';
import type { Bounds } from './bounds.ts';
import type { Gists } from './gists.ts';
import type { IssueHomes } from './issue-homes.ts';
import { type Asked, type Named, namesIn } from './route-table.ts';

interface Parts {
  readonly bounds: Bounds;
  readonly privacy: PrivacyGuard;
  readonly lookups: Lookups;
  readonly asked: ReturnType<typeof createAsked>;
  readonly gists: Gists;
  readonly issues: IssueHomes;
}

/** Whether a REST request may be sent: throws AuthError, or ConflictError where it cannot be told. */
export function createRestRequests({ bounds, privacy, lookups, asked, gists, issues }: Parts) {
  /** The repositories behind names and ids; what has none is checked here. */
  async function repositoriesOf(named: Named): Promise<SeenRepository[]> {
    const found: SeenRepository[] = (named.repositories ?? []).map((full_name) => ({ full_name }));
    if (named.maybeRenamed !== undefined && !bounds.open) {
      bounds.repository(named.maybeRenamed);
      const now = await lookups.repository(named.maybeRenamed);
      if (now) found.push(now);
    }
    for (const id of named.repositoryIds ?? []) {
      const repository = await lookups.repositoryById(id);
      if (repository) found.push(repository);
      else if (!bounds.open) bounds.refuse('A redirect', 'leads to a repository that this credential cannot see');
    }
    if (named.notificationThread !== undefined && !bounds.open) {
      const thread = await lookups.thread(named.notificationThread);
      if (!thread) bounds.refuse(`The notification ${named.notificationThread}`, 'cannot be seen');
      else found.push(thread);
    }
    if (bounds.open) return found;
    for (const id of named.issueIds ?? []) {
      const name = issues.of(id);
      if (name === undefined) {
        throw new ConflictError(`Issue id ${String(id)} was not read before, so its repository is not known.`, {
          hint: 'Read the issue by its repository and number first.',
        });
      }
      found.push({ full_name: name });
    }
    return found;
  }

  function checkPlaces(named: Named | undefined, { path, query }: Asked): void {
    if (named === undefined) bounds.refuse(oneLine(path, 120), 'cannot be limited to the allowlist of this server');
    if (named?.personal) bounds.refuse(`This touches ${named.personal}`, 'and no repository of the allowlist');
    if (named?.organisation !== undefined) bounds.organisation(named.organisation);
    if (path.startsWith('/search/')) bounds.search(query.get('q') ?? '');
  }

  return async (request: UpstreamRequest): Promise<void> => {
    const details = asked(request);
    if (details === undefined) return;
    const writes = request.class === 'write';
    if (bounds.open && !(writes && privacy.watching)) return;
    const named = await namesIn(details);
    if (!bounds.open) checkPlaces(named, details);
    const repositories = await repositoriesOf(named ?? {});
    for (const { full_name } of repositories) bounds.repository(full_name);
    if (!writes || named?.quiet) return;
    if (named?.gist) await gists.write(named.gist);
    const publishes = named ? named.publishes : `${details.method} ${oneLine(details.path, 100)}`;
    if (publishes) await privacy.writePublic(publishes);
    for (const each of repositories) await privacy.write(each);
  };
}
