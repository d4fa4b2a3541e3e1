import { blobAt } from './changes.ts';
import { nodeId } from './node-id.ts';
import { branchRef } from './refs.ts';
import type { Repository } from './repository.ts';

export interface License {
  readonly key: string;
  readonly name: string;
  readonly spdx: string;
}

const known: readonly (License & { readonly sign: RegExp })[] = [
  { key: 'mit', name: 'MIT License', spdx: 'MIT', sign: /MIT License/i },
  { key: 'apache-2.0', name: 'Apache License 2.0', spdx: 'Apache-2.0', sign: /Apache License/i },
  { key: 'gpl-3.0', name: 'GNU General Public License v3.0', spdx: 'GPL-3.0', sign: /GNU GENERAL PUBLIC LICENSE/i },
];
const other: License = { key: 'other', name: 'Other', spdx: 'NOASSERTION' };

export const licenseFiles: readonly string[] = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'COPYING'];

/** The licence file at a commit (the tip of the default branch unless given) and what it says. */
export function licenseOf(repository: Repository, at?: string): { path: string; license: License } | undefined {
  const head = at ?? repository.refs.get(branchRef(repository.defaultBranch));
  if (head === undefined) return undefined;
  const { tree } = repository.objects.read('commit', head);
  for (const path of licenseFiles) {
    const data = blobAt(repository.objects, tree, path);
    if (data) return { path, license: known.find(({ sign }) => sign.test(data.toString('utf8'))) ?? other };
  }
  return undefined;
}

export const licenseView = (api: string, { key, name, spdx }: License) => ({
  key,
  name,
  spdx_id: spdx,
  url: key === 'other' ? null : `${api}/licenses/${key}`,
  node_id: nodeId('License', key),
});
