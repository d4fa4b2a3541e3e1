import { expect, test } from 'vitest';
import { loadDescription } from '../sandbox/description.ts';
import type { BodyForm } from '../src/client/github.ts';
import { failure, openPort, signal } from '../src/github.fixture.ts';
import {
  allScenarios,
  type Exchange,
  exchangesOf,
  nameOf,
  ownAddress,
  type Recording,
  toCall,
  withRecording,
} from './recorded.fixture.ts';

const description = loadDescription();
const at = '/repos/octokit-fixture-org';

/** Scenarios that are recorded and not asked here. */
const leftOut: Readonly<Record<string, string>> = {
  'project-cards': 'GitHub has switched classic projects off; its description has none of their routes any more',
};

const scenarios = [
  ...['add-and-remove-repository-collaborator', 'add-labels-to-issue', 'branch-protection', 'create-file'],
  ...['create-status', 'errors', 'get-archive', 'get-content', 'get-organization', 'get-repository', 'get-root'],
  ...['git-refs', 'labels', 'lock-issue', 'mark-notifications-as-read', 'markdown', 'paginate-issues'],
  ...['release-assets', 'release-assets-conflict', 'rename-repository', 'search-issues'],
];

interface Otherwise {
  readonly route?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly as?: BodyForm;
  readonly because: string;
}

const upload: Otherwise = {
  route: 'POST {origin}/repos/{owner}/{repo}/releases/{release_id}/assets{?name,label}',
  parameters: { headers: { 'content-type': 'text/plain' } },
  because: 'octokit has the route of uploads with the host that takes them, and with the name in the query',
};

/** Requests whose route or form is not the one that GitHub's description tells. */
const otherwise: Readonly<Record<string, Otherwise>> = {
  [`GET ${at}/hello-world/contents/`]: {
    route: 'GET /repos/{owner}/{repo}/contents/{path}',
    parameters: { owner: 'octokit-fixture-org', repo: 'hello-world', path: '' },
    because: 'the folder of the whole repository has an empty path',
  },
  [`GET ${at}/hello-world/contents/README.md`]: {
    parameters: { mediaType: { format: 'raw' } },
    ...{ as: 'text', because: 'the recording asks for the file itself' },
  },
  [`GET ${at}/get-archive/tarball/main`]: { as: 'bytes', because: 'an archive is no JSON' },
  [`GET ${at}/git-refs/git/refs/`]: {
    route: 'GET /repos/{owner}/{repo}/git/refs/',
    parameters: { owner: 'octokit-fixture-org', repo: 'git-refs' },
    because: 'the description has matching-refs/{ref} instead; GitHub still answers this one',
  },
  'POST /markdown': { as: 'text', because: 'the answer is HTML' },
  'POST /markdown/raw': {
    parameters: { headers: { 'content-type': 'text/plain; charset=utf-8' } },
    ...{ as: 'text', because: 'question and answer are texts' },
  },
  ...Object.fromEntries(
    ['release-assets', 'release-assets-conflict'].map((repo) => [
      `POST ${at}/${repo}/releases/1000/assets?name=test-upload.txt&label=test`,
      upload,
    ]),
  ),
  ...Object.fromEntries(
    [2, 3, 4, 5].map((page) => [
      `GET /repositories/1000/issues?per_page=3&page=${page}`,
      {
        route: 'GET /repositories/{id}/issues',
        parameters: { id: 1000, per_page: 3, page },
        because: 'the recording follows the links of the first page, which lead by id; the tools count pages instead',
      },
    ]),
  ),
};

/** Headers that are not those of the recording. */
const otherHeaders: Readonly<Record<string, string>> = {
  accept: 'the media type without a version; the version is in X-GitHub-Api-Version',
  authorization: 'Bearer, as GitHub writes it now, with a token of this test',
  host: 'this machine',
  'accept-encoding': 'what fetch can unpack',
};

/** The end of a redirect, to which the client goes by itself. */
const isFollowed = ({ path, scope }: Exchange, before: Exchange | undefined): boolean =>
  scope.includes('codeload') || (path === '/repositories/1000' && [301, 307].includes(before?.status ?? 0));

const codes: Readonly<Record<string, string>> = {
  [`GET ${at}/branch-protection/branches/main/protection`]: 'not_found',
  [`POST ${at}/errors/labels`]: 'validation',
  [`POST ${at}/release-assets-conflict/releases/1000/assets?name=test-upload.txt&label=test`]: 'conflict',
};

function differentHeaders(recording: Recording, { reqheaders }: Exchange): string[] {
  const sent = recording.requests.at(-1)?.headers ?? {};
  return Object.keys(reqheaders).filter(
    (name) => String(sent[name] ?? '') !== String(reqheaders[name]) && otherHeaders[name] === undefined,
  );
}

test.each(scenarios)('the client reads the recorded answers of %s as they are', async (scenario) => {
  const exchanges = exchangesOf(scenario);
  await using recording = await withRecording(exchanges);
  const { github } = openPort(recording.url, { allowPublicAfterPrivate: true });
  for (const [index, exchange] of exchanges.entries()) {
    if (isFollowed(exchange, exchanges[index - 1])) continue;
    const name = nameOf(exchange);
    const found = toCall(description, exchange);
    const { route = found?.route, parameters, as } = otherwise[name] ?? {};
    const sending = github.rest(
      route as 'GET /',
      { ...found?.parameters, ...parameters },
      { signal, ...(as && { as: as as 'json' }) },
    );
    if (exchange.status >= 400) {
      expect((await failure(sending)).code, name).toBe(codes[name]);
    } else {
      const { status, data } = await sending;
      const end = exchange.status < 300 ? exchange : exchanges[index + 1];
      expect(status, name).toBe(end?.status);
      if (as === 'bytes') expect(Buffer.from(data as never).toString('hex'), name).toBe(end?.response);
      else expect(data ?? '', name).toEqual(ownAddress(recording.url, end?.response));
    }
    expect(differentHeaders(recording, exchange), name).toEqual([]);
  }
  expect(recording.left()).toEqual([]);
  expect(recording.unknown).toEqual([]);
});

test('every recorded scenario is asked, or left out with a reason', () => {
  expect([...scenarios, ...Object.keys(leftOut)].sort()).toEqual(allScenarios());
  const names = new Set(scenarios.flatMap((scenario) => exchangesOf(scenario).map(nameOf)));
  expect(Object.keys(otherwise).filter((name) => !names.has(name))).toEqual([]);
});

test('what GitHub does not accept is said in words', async () => {
  const of = (scenario: string) => exchangesOf(scenario).filter(({ status }) => status === 422);
  await using recording = await withRecording([...of('errors'), ...of('release-assets-conflict')]);
  const { github } = openPort(recording.url);
  const label = { owner: 'octokit-fixture-org', repo: 'errors', name: 'foo', color: 'invalid' };
  const wrong = await failure(github.rest('POST /repos/{owner}/{repo}/labels', label, { signal }));
  expect(wrong.message).toContain('Label.color is not valid');
  const asset = {
    ...{ owner: 'octokit-fixture-org', repo: 'release-assets-conflict', release_id: 1000, name: 'test-upload.txt' },
    ...{ label: 'test', data: 'Hello, world!\n', ...upload.parameters },
  };
  const taken = await failure(github.rest(upload.route as 'GET /', asset, { signal }));
  expect([taken.code, taken.message]).toEqual([
    'conflict',
    expect.stringContaining('ReleaseAsset.name exists already'),
  ]);
});

test('a repository that was renamed is found by its old name, unless it is outside of the allowlist then', async () => {
  const exchanges = exchangesOf('rename-repository').slice(1);
  const asked = { owner: 'octokit-fixture-org', repo: 'rename-repository' };
  const read = (github: ReturnType<typeof openPort>['github']) =>
    github.rest('GET /repos/{owner}/{repo}', asked, { signal });
  await using inside = await withRecording([...exchanges, ...exchanges]);
  const repos = ['octokit-fixture-org/rename-repository*'];
  const { data } = await read(openPort(inside.url, { repos }).github);
  expect(data.full_name).toBe('octokit-fixture-org/rename-repository-newname');
  await using outside = await withRecording([...exchanges, ...exchanges]);
  const error = await failure(read(openPort(outside.url, { repos: ['octokit-fixture-org/rename-repository'] }).github));
  expect([error.code, error.message]).toEqual(['auth', expect.stringContaining('rename-repository-newname')]);
});
