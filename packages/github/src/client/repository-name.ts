import { ValidationError } from '@mcp-servers/core';
import { oneLine } from '@mcp-servers/core/http';
import type { RepositoryName } from './github.ts';

/** Of accounts and of repositories; GitHub's own rules are narrower. */
const account = /^[a-z\d](?:[\w-]{0,98}[a-z\d])?$|^[a-z\d]$/i;
const repository = /^(?!\.{1,2}$)[\w.-]{1,100}$/;

/**
 * `owner/name`, or its address on `host`: https://github.com/owner/name/…, git@github.com:owner/name.git. Throws ValidationError for
 * anything else, addresses of other hosts too.
 */
export function parseRepository(text: string, host: string): RepositoryName {
  const given = text.trim();
  const address = /^(?:https?:\/\/|ssh:\/\/git@|git@)(?:www\.)?([^/:@]+(?::\d+)?)[/:](.+)$/i.exec(given);
  if (address && address[1]?.toLowerCase() !== host.toLowerCase()) {
    throw new ValidationError(`repo: "${oneLine(given, 120)}" is not on ${host}.`, { hint: 'Give owner/name.' });
  }
  const path = (address?.[2] ?? given).split(/[?#]/)[0] ?? '';
  const [owner = '', name = '', ...rest] = path.split('/');
  const repo = name.replace(/\.git$/i, '');
  if (!account.test(owner) || !repository.test(repo) || (!address && rest.some(Boolean))) {
    throw new ValidationError(`repo: "${oneLine(given, 120)}" is not a repository.`, {
      hint: 'Give owner/name, like octocat/hello-world.',
    });
  }
  return { owner, repo };
}
