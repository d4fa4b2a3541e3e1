import { type Account, addAccount, addOrganization, addTeam } from './model/accounts.ts';
import { commitFiles, mergeInto } from './model/commits.ts';
import { addRepository, type Repository } from './model/repository.ts';
import { fork } from './model/settings.ts';
import type { State } from './model/state.ts';
import { addToken, type Token } from './model/tokens.ts';
import { engineFiles } from './seed-files.ts';

export interface Seeded {
  readonly token: Token;
}

export const everyScope: readonly string[] = [
  ...['repo', 'workflow', 'delete_repo', 'admin:org', 'gist', 'notifications', 'user', 'project', 'write:discussion'],
];

/** One user, ada, and a classic token of hers that may do everything. */
export function seedEmpty(state: State): Seeded {
  const ada = addAccount(state, { login: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' });
  return { token: addToken(state, { value: 'ghp_ada', user: ada, scopes: everyScope }) };
}

/**
 * Users ada (owner of acme), grace (member), linus (a stranger with a fork) and mallory; the organisation acme with engine
 * (public, with history), secrets (private), site (public, archived) and sandbox (public, empty); ada/notes (private).
 * Tokens: ghp_ada, ghp_grace, ghp_linus (public_repo), ghp_nothing (no scope), github_pat_ada (fine-grained, acme/engine only).
 */
export function seedWorld(state: State): Seeded {
  const { token } = seedEmpty(state);
  const ada = token.user;
  const grace = addAccount(state, {
    login: 'grace',
    name: 'Grace Hopper',
    email: 'grace@example.com',
    location: 'New York',
  });
  const linus = addAccount(state, { login: 'linus', name: 'Linus' });
  addAccount(state, { login: 'mallory' });
  const acme = addOrganization(state, { login: 'acme', name: 'Acme', bio: 'Shapes for everyone' }, [
    [ada, 'admin'],
    [grace, 'member'],
  ]);
  acme.publicMembers.add(ada.id);
  const team = addTeam(state, acme, { name: 'Core Team', members: [grace] });
  grace.following.add(ada.id);

  const engine = seedEngine(state, { acme, ada, grace });
  team.repositories.set(engine.id, 'write');
  linus.starred.set(engine.id, state.now());
  const secrets = addRepository(state, {
    owner: acme,
    name: 'secrets',
    visibility: 'private',
    description: 'Not for everyone',
  });
  commitFiles(state, secrets, {
    author: ada,
    date: day(1),
    message: 'Keys',
    files: { 'keys.env': 'KEY=value\n', 'README.md': '# Secrets\n' },
  });
  const site = addRepository(state, { owner: acme, name: 'site', homepage: 'https://acme.example' });
  commitFiles(state, site, {
    author: grace,
    date: day(2),
    message: 'First page',
    files: { 'index.html': '<h1>Acme</h1>\n', 'style.css': 'h1 { color: red }\n' },
  });
  site.archived = true;
  addRepository(state, { owner: acme, name: 'sandbox', description: 'Nothing here yet' });
  const notes = addRepository(state, { owner: ada, name: 'notes', visibility: 'private' });
  commitFiles(state, notes, {
    author: ada,
    date: day(3),
    message: 'Notes',
    files: { 'todo.md': '- [ ] everything\n' },
  });
  const forked = fork(state, engine, { owner: linus });
  commitFiles(state, forked, {
    ...{ author: linus, date: day(12), branch: 'faster', message: 'Draw faster' },
    files: { 'src/fast.ts': 'export const fast = true;\n' },
  });

  addToken(state, {
    value: 'ghp_grace',
    user: grace,
    scopes: ['repo', 'read:org', 'gist', 'notifications', 'project'],
  });
  addToken(state, { value: 'ghp_linus', user: linus, scopes: ['public_repo'] });
  addToken(state, { value: 'ghp_nothing', user: linus });
  const permissions = { contents: 'write', issues: 'write', pull_requests: 'read' } as const;
  addToken(state, { value: 'github_pat_ada', user: ada, permissions, repositories: ['acme/engine'] });
  return { token };
}

/** Days since the beginning of 2026. */
const day = (count: number): number => Date.UTC(2026, 0, 1 + count, 9);

function seedEngine(state: State, people: { acme: Account; ada: Account; grace: Account }): Repository {
  const { acme, ada, grace } = people;
  const engine = addRepository(state, {
    owner: acme,
    name: 'engine',
    description: 'Draws shapes, quickly',
    topics: ['graphics', 'typescript'],
    hasDiscussions: true,
  });
  const first = commitFiles(state, engine, { author: ada, date: day(1), message: 'Begin', files: engineFiles });
  const fixed = commitFiles(state, engine, {
    ...{ author: grace, date: day(3), message: 'Fix the circle\n\nIt was not round.' },
    files: {
      'src/shapes/circle.ts':
        "/** Draws a circle. */\nexport const circle = {\n  name: 'circle',\n  draw: () => '<circle round>',\n};\n",
    },
  });
  engine.refs.set('refs/tags/v1.0.0', first);
  const tagger = { name: 'Ada Lovelace', email: 'ada@example.com', date: day(4) };
  const tag = {
    type: 'tag',
    object: fixed,
    objectType: 'commit',
    tag: 'v1.1.0',
    tagger,
    message: 'Round circles\n',
  } as const;
  engine.refs.set('refs/tags/v1.1.0', engine.objects.put(tag));
  commitFiles(state, engine, {
    ...{ author: grace, date: day(5), branch: 'feature/blue', message: 'Blue squares' },
    files: {
      'src/shapes/square.ts':
        "/** Draws a square, in blue. */\nexport const square = {\n  name: 'square',\n  draw: () => '<square blue>',\n};\n",
    },
  });
  commitFiles(state, engine, {
    ...{ author: ada, date: day(6), branch: 'conflict', message: 'Square corners' },
    files: {
      'src/shapes/square.ts':
        "/** Draws a square. */\nexport const square = {\n  name: 'square',\n  draw: () => '<square sharp>',\n};\n",
    },
  });
  const moved = commitFiles(state, engine, {
    ...{ author: ada, date: day(7), branch: 'docs', message: 'Move the guide' },
    files: { 'docs/guide.md': null, 'docs/manual.md': engineFiles['docs/guide.md'] ?? null },
  });
  commitFiles(state, engine, {
    ...{ author: ada, date: day(8), message: 'Red squares' },
    files: {
      'src/shapes/square.ts':
        "/** Draws a square. */\nexport const square = {\n  name: 'square',\n  draw: () => '<square red>',\n};\n",
    },
  });
  mergeInto(state, engine, { branch: 'main', head: moved, message: "Merge branch 'docs'", actor: ada, date: day(9) });
  for (let index = 1; index <= 5; index += 1) {
    const files = {
      'CHANGELOG.md': `# Changes\n\n${Array.from({ length: index }, (_, line) => `- Change ${line + 1}\n`).join('')}`,
    };
    commitFiles(state, engine, {
      author: index % 2 === 0 ? ada : grace,
      date: day(9 + index),
      message: `Note change ${index}`,
      files,
    });
  }
  return engine;
}
