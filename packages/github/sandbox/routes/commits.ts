import { repositoryOf } from '../access.ts';
import { type Area, type Call, page, pageOf, param, text } from '../call.ts';
import { findAccount, noreplyOf } from '../model/accounts.ts';
import { changesBetween, diffText, type FileChange } from '../model/changes.ts';
import { type LogEntry, log, logOfPath } from '../model/history.ts';
import type { Person } from '../model/objects.ts';
import { branchesOf, commitAt, type FoundCommit, findCommit, isEmpty } from '../model/refs.ts';
import type { Repository } from '../model/repository.ts';
import { gitRepositoryIsEmpty, unprocessable } from '../refusal.ts';
import { ok, type Reply, raw } from '../reply.ts';
import { commitView, fileView, statsOf } from '../views/git.ts';
import { repositoryUrl } from '../views/repository.ts';

function list(call: Call): Reply {
  const repository = repositoryOf(call);
  const { objects } = repository;
  const path = text(call, 'path')?.replace(/^\/+|\/+$/g, '');
  const start = commitAt(repository, text(call, 'sha') ?? 'HEAD').sha;
  const [since, until] = ['since', 'until'].map((name) => Date.parse(text(call, name) ?? ''));
  const isWanted = ({ commit }: LogEntry) =>
    isBy(call, commit.author, text(call, 'author')) &&
    isBy(call, commit.committer, text(call, 'committer')) &&
    !(commit.committer.date < (since ?? Number.NaN)) &&
    !(commit.committer.date > (until ?? Number.NaN));
  const found = [...(path ? logOfPath(objects, start, path) : log(objects, start))].filter(isWanted);
  return page(call, found, (entry) => commitView(call.state, repository, entry));
}

/** By login or by address. */
function isBy(call: Call, person: Person, wanted: string | undefined): boolean {
  if (!wanted) return true;
  if (wanted.includes('@')) return person.email === wanted;
  const account = findAccount(call.state, wanted);
  return account !== undefined && person.email === noreplyOf(account);
}

/** What a commit changed of its first parent. */
export function changesOf(call: Call, repository: Repository, { commit }: FoundCommit): FileChange[] {
  const { objects } = repository;
  const parent = commit.parents[0];
  const before = parent === undefined ? undefined : objects.read('commit', parent).tree;
  return changesBetween(objects, { before, after: commit.tree }, call.state.bounds.patchLines);
}

export const toDiff = (files: readonly FileChange[]): string => files.map((file) => `${diffText(file)}\n`).join('');

/** One commit as `git format-patch` writes it. */
export function toPatch({ sha, commit }: FoundCommit, files: readonly FileChange[]): string {
  const [subject = '', ...rest] = commit.message.split('\n');
  const { total: _, additions, deletions } = statsOf(files);
  const stat = files.map((file) => ` ${file.path} | ${file.additions + file.deletions}`).join('\n');
  return [
    `From ${sha} Mon Sep 17 00:00:00 2001`,
    `From: ${commit.author.name} <${commit.author.email}>`,
    `Date: ${new Date(commit.author.date).toUTCString().replace('GMT', '+0000')}`,
    `Subject: [PATCH] ${subject}`,
    '',
    ...(rest.length > 0 ? [rest.join('\n').trim(), ''] : []),
    '---',
    stat,
    ` ${files.length} file${files.length === 1 ? '' : 's'} changed, ${additions} insertions(+), ${deletions} deletions(-)`,
    '',
    toDiff(files),
  ].join('\n');
}

/** The text of the media types diff, patch and sha; undefined for the others. */
function asText(call: Call, found: FoundCommit, files: () => readonly FileChange[]): Reply | undefined {
  const type = `application/vnd.github.${call.media}; charset=utf-8`;
  if (call.media === 'sha') return raw(found.sha, type);
  if (call.media === 'diff') return raw(toDiff(files()), type);
  return call.media === 'patch' ? raw(toPatch(found, files()), type) : undefined;
}

/** GitHub answers 422 for a commit that is not there, not 404. */
export function commitOr422(repository: Repository, ref: string): FoundCommit {
  if (isEmpty(repository)) throw gitRepositoryIsEmpty();
  const found = findCommit(repository, ref);
  if (!found) throw unprocessable(`No commit found for SHA: ${ref}`);
  return found;
}

function get(call: Call): Reply {
  const repository = repositoryOf(call);
  const found = commitOr422(repository, param(call, 'ref'));
  const files = changesOf(call, repository, found);
  const asked = asText(call, found, () => files);
  if (asked) return asked;
  const { slice, headers } = pageOf(call, files, { perPage: call.state.bounds.files });
  const view = {
    ...commitView(call.state, repository, found),
    stats: statsOf(files),
    files: slice.map((change) => fileView(call.state, repository, { change, ref: found.sha })),
  };
  return ok(view, { headers, lastModified: found.commit.committer.date });
}

export const commits: Area = {
  name: 'commits',
  routes: {
    'GET /repos/{owner}/{repo}/commits': list,
    'GET /repos/{owner}/{repo}/commits/{ref}': get,
    'GET /repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head': (call) => {
      const repository = repositoryOf(call);
      const { sha } = commitOr422(repository, param(call, 'commit_sha'));
      const heads = branchesOf(repository).filter(([, tip]) => tip === sha);
      const url = repositoryUrl(call.state, repository);
      return ok(
        heads.map(([name]) => ({
          name,
          commit: { sha, url: `${url}/commits/${sha}` },
          protected: repository.protections.has(name),
        })),
      );
    },
  },
};
