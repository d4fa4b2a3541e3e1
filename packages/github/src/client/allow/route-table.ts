/** What a request names, as far as the allowlist and the guard of private data are concerned. */
export interface Named {
  /** `owner/name` of every repository it touches. */
  readonly repositories?: readonly string[];
  readonly repositoryIds?: readonly string[];
  /** One of `repositories` that may be an old name, which GitHub follows without saying so. */
  readonly maybeRenamed?: string;
  /** Ids of issues, which name no repository by themselves. */
  readonly issueIds?: readonly unknown[];
  readonly notificationThread?: string;
  /** An organisation whose own data it is about. */
  readonly organisation?: string;
  /** Answers with rows of many repositories, which are filtered. */
  readonly listing?: true;
  /** Nothing that belongs to a repository or an account. */
  readonly free?: true;
  /** Belongs to an account and to no repository. */
  readonly personal?: string;
  /** A write that puts no text anywhere: a star, a mark as read. */
  readonly quiet?: true;
  /** A write to a gist: by its id, or to a new secret one. Its own visibility decides. */
  readonly gist?: { readonly id?: string };
  /** A write that others will see: its name. */
  readonly publishes?: string;
}

/** The parts of a request that a rule looks at. */
export interface Asked {
  readonly method: string;
  /** Below the address of the API, encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Login of the credential's user. */
  viewer(): Promise<string>;
}

type Parts = Readonly<Record<string, string>>;
type Rule = readonly [methods: string, template: string, names: (parts: Parts, asked: Asked) => Named | Promise<Named>];

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const own = ({ owner, repo }: Parts): string => `${owner}/${repo}`;
const ofRepository = (parts: Parts): Named => ({ repositories: [own(parts)] });
const free = (): Named => ({ free: true });
const listing = (): Named => ({ listing: true });
const personal = (what: string) => (): Named => ({ personal: what });

/** Making what is private public shows all of it. */
const publishes = ({ visibility, private: hidden }: Asked['body'], name: string): Pick<Named, 'publishes'> =>
  visibility === 'public' || hidden === false ? { publishes: `the new visibility of ${name}` } : {};

/** `POST /user/repos` and the like: public unless it says otherwise. */
const created = (name: string, { visibility, private: hidden }: Asked['body']): Named => ({
  repositories: [name],
  ...(hidden !== true && (visibility ?? 'public') === 'public'
    ? { publishes: `the new repository ${name}` }
    : { quiet: true }),
});

/** Every route family of this server and what names a repository in it; the first that fits counts. `**` is the rest of a path. */
const rules: readonly Rule[] = [
  ['PATCH', '/repos/{owner}/{repo}', (parts, { body }) => renamed(parts, body)],
  ['POST', '/repos/{owner}/{repo}/forks', forked],
  ['POST', '/repos/{owner}/{repo}/transfer', (parts, { body }) => transferred(parts, body)],
  ['POST', '/repos/{owner}/{repo}/generate', generated],
  ['POST', '/repos/{owner}/{repo}/pulls', (parts, { body }) => pullFrom(parts, body)],
  ['GET', '/repos/{owner}/{repo}/compare/{range}', (parts) => compared(parts)],
  ['POST PATCH DELETE', '/repos/{owner}/{repo}/issues/{number}/sub_issues/**', linked],
  ['POST DELETE', '/repos/{owner}/{repo}/issues/{number}/sub_issue', linked],
  ['POST', '/repos/{owner}/{repo}/issues/{number}/dependencies/blocked_by', linked],
  ['DELETE', '/repos/{owner}/{repo}/issues/{number}/dependencies/blocked_by/{issue}', linked],
  ['PUT DELETE', '/repos/{owner}/{repo}/subscription', quiet],
  ['PUT', '/repos/{owner}/{repo}/notifications', quiet],
  ['*', '/repos/{owner}/{repo}/**', ofRepository],
  ['*', '/repositories/{id}/**', ({ id = '' }) => ({ repositoryIds: [id] })],
  ['GET PUT DELETE', '/user/starred/{owner}/{repo}', starred],
  ['GET', '/user/starred', listing],
  ['GET', '/users/{login}/starred', listing],
  ['GET', '/user/repos', listing],
  ['POST', '/user/repos', async (_, asked) => created(`${await asked.viewer()}/${asked.body.name}`, asked.body)],
  ['GET', '/users/{login}/repos', listing],
  ['GET', '/orgs/{org}/repos', listing],
  ['POST', '/orgs/{org}/repos', ({ org }, { body }) => created(`${org}/${body.name}`, body)],
  ['GET', '/installation/repositories', listing],
  ['GET', '/issues', listing],
  ['GET', '/user/issues', listing],
  ['GET', '/orgs/{org}/issues', listing],
  ['GET', '/notifications', listing],
  ['PUT', '/notifications', () => ({ personal: 'all notifications of the account', quiet: true })],
  ['*', '/notifications/threads/{thread}/**', ({ thread = '' }) => ({ notificationThread: thread, quiet: true })],
  ['GET', '/search/users', free],
  ['GET', '/search/topics', free],
  ['GET', '/search/{what}', listing],
  ['GET', '/user', free],
  ['GET', '/users/{login}', free],
  ['GET', '/orgs/{org}', free],
  ['GET', '/rate_limit', free],
  ['GET', '/meta', free],
  ['GET', '/licenses/**', free],
  ['GET', '/gitignore/**', free],
  ['GET', '/emojis', free],
  ['GET', '/advisories/**', free],
  ['GET', '/gists/**', personal('gists')],
  ['PUT DELETE', '/gists/{gist}/star', quietGist],
  // A fork is as visible as what it is a fork of.
  ['POST', '/gists/{gist}/forks', quietGist],
  ['DELETE', '/gists/**', quietGist],
  ['POST', '/gists', (_, { body }) => createdGist(body)],
  ['*', '/gists/{gist}/**', ({ gist: id = '' }) => ({ personal: 'gists', gist: { id } })],
  ['GET', '/users/{login}/**', personal('data of an account')],
  ['GET', '/user/**', personal('data of an account')],
  ['GET', '/orgs/{org}/**', ({ org = '' }) => ({ organisation: org })],
];

const compiled = rules.map(([methods, template, names]) => ({
  methods: methods.split(' '),
  names,
  ...compile(template),
}));

/** What the request names; undefined for a route that is not in the table. */
export async function namesIn(asked: Asked): Promise<Named | undefined> {
  for (const { methods, keys, pattern, names } of compiled) {
    if (!methods.includes('*') && !methods.includes(asked.method === 'HEAD' ? 'GET' : asked.method)) continue;
    const match = pattern.exec(asked.path);
    if (match === null) continue;
    const parts = Object.fromEntries(keys.map((key, n) => [key, decode(match[n + 1])]));
    return names(parts, asked);
  }
  return undefined;
}

function compile(template: string): { keys: string[]; pattern: RegExp } {
  const keys = [...template.matchAll(/\{(\w+)\}/g)].map(([, key]) => key ?? '');
  const source = template.replaceAll(/\{\w+\}/g, '([^/]+)').replace(/\/\*\*$/, '(?:/.*)?');
  return { keys, pattern: new RegExp(`^${source}/?$`) };
}

function decode(segment: string | undefined): string {
  try {
    return decodeURIComponent(segment ?? '');
  } catch {
    return '%'; // No name of anything, so it is refused.
  }
}

function quiet(parts: Parts): Named {
  return { ...ofRepository(parts), quiet: true };
}

function starred(parts: Parts): Named {
  return { ...quiet(parts), maybeRenamed: own(parts) };
}

function renamed(parts: Parts, body: Asked['body']): Named {
  const name = text(body.name);
  const repositories = [own(parts), ...(name ? [`${parts.owner}/${name}`] : [])];
  return { repositories, ...publishes(body, own(parts)) };
}

function quietGist(): Named {
  return { personal: 'gists', quiet: true };
}

/** `true` may be a text, as GitHub takes it. */
function createdGist({ public: shown }: Asked['body']): Named {
  const isSecret = shown === undefined || shown === false || shown === 'false';
  return { personal: 'gists', ...(isSecret ? { gist: {} } : { publishes: 'a public gist' }) };
}

async function forked(parts: Parts, { body, viewer }: Asked): Promise<Named> {
  const owner = text(body.organization) ?? (await viewer());
  // A fork is as visible as what it is a fork of.
  return { repositories: [own(parts), `${owner}/${text(body.name) ?? parts.repo}`], quiet: true };
}

function transferred(parts: Parts, body: Asked['body']): Named {
  return { repositories: [own(parts), `${body.new_owner}/${text(body.new_name) ?? parts.repo}`] };
}

async function generated(parts: Parts, { body, viewer }: Asked): Promise<Named> {
  const name = `${text(body.owner) ?? (await viewer())}/${body.name}`;
  const target = created(name, body);
  return { ...target, repositories: [own(parts), name] };
}

/** `head` may be `owner:branch`, of a repository that `head_repo` may name. */
function pullFrom(parts: Parts, { head, head_repo }: Asked['body']): Named {
  const source = text(head_repo);
  const owner = text(head)?.includes(':') ? text(head)?.split(':')[0] : undefined;
  const full = source?.includes('/') ? source : undefined;
  const other = full ?? (owner || source ? `${owner ?? parts.owner}/${source ?? parts.repo}` : undefined);
  return { repositories: [own(parts), ...(other ? [other] : [])] };
}

/** `base...head`, each maybe `owner:branch` or `owner:repository:branch`. */
function compared(parts: Parts): Named {
  const others = (parts.range ?? '').split(/\.{2,3}/).flatMap((side) => {
    const [owner, second, third] = side.split(':');
    if (second === undefined) return [];
    return [`${owner}/${third === undefined ? parts.repo : second}`];
  });
  return { repositories: [own(parts), ...others] };
}

function linked(parts: Parts, { body }: Asked): Named {
  const { sub_issue_id, issue_id, after_id, before_id } = body;
  const issueIds = [sub_issue_id, issue_id, after_id, before_id, parts.issue].filter((id) => id !== undefined);
  return { ...ofRepository(parts), issueIds };
}
