import type { Upstream } from '@mcp-servers/core/http';
import { expect, test } from 'vitest';
import { createPrivacyGuard } from './leak.ts';
import { createLookups } from './lookups.ts';

/** A GitHub with one repository, whose visibility somebody changes. */
function withVisibility() {
  const repository = { private: true, asked: 0 };
  const name = { nameWithOwner: 'acme/app', isPrivate: true };
  const upstream = {
    fetch: async () => {
      const node = { __typename: 'Issue', id: 'I_1', repository: { ...name, isPrivate: repository.private } };
      return Response.json({ data: { nodes: [node] } });
    },
    json: async () => {
      repository.asked += 1;
      return { full_name: 'acme/app', private: repository.private };
    },
  } as unknown as Upstream;
  return { repository, lookups: createLookups(upstream, { graphql: 'https://api.github.com/graphql' }) };
}

test('where a node is stays known, whether that is private does not', async () => {
  const { lookups } = withVisibility();
  expect((await lookups.places(['I_1'])).get('I_1')).toEqual({
    ...{ kind: 'repository', full_name: 'acme/app', private: true },
  });
  expect((await lookups.places(['I_1'])).get('I_1')).toEqual({ kind: 'repository', full_name: 'acme/app' });
});

test('a repository that became public is one after ten minutes, also for a node that was written to before', async () => {
  const { lookups, repository } = withVisibility();
  let now = 0;
  const guard = createPrivacyGuard(lookups, { enabled: true, now: () => now });
  const write = async () => {
    for (const place of (await lookups.places(['I_1'])).values()) {
      if (place.kind === 'repository') await guard.write(place);
    }
  };
  guard.read({ full_name: 'acme/secret', private: true });
  await write();
  repository.private = false;
  now = 599_000;
  await write();
  expect(repository.asked).toBe(0);
  now = 601_000;
  await expect(write()).rejects.toThrow('acme/app is public');
  expect(repository.asked).toBe(1);
});
