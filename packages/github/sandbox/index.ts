import type { Area, Handler } from './call.ts';
import { type Description, loadDescription } from './description.ts';
import { createFaults, type Faults } from './faults.ts';
import { type LoggedRequest, listen } from './http.ts';
import { createLimits, type Limits } from './limits.ts';
import { createState, type State, type StateOptions } from './model/state.ts';
import { createPattern } from './path-matcher.ts';
import { createRespond } from './respond.ts';
import { areas } from './routes/index.ts';
import { seedEmpty, seedWorld } from './seed.ts';
import { seedWorldWithWorkshop } from './seed-workshop.ts';

export interface Sandbox extends AsyncDisposable {
  /** 'http://127.0.0.1:<port>', to be used as GITHUB_API_URL. */
  readonly url: string;
  /** Of the first user, allowed everything. */
  readonly token: string;
  /** In the order of their arrival. */
  readonly requests: readonly LoggedRequest[];
  /** Those that GitHub's description does not allow, or that the sandbox cannot answer: a test ends with none. */
  readonly unknown: readonly LoggedRequest[];
  readonly state: State;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly description: Description;
}

export interface SandboxOptions extends StateOptions {
  /**
   * empty: one user with a token. world (the default): an organisation with repositories, users and history.
   * workshop: the world with acme/workshop, where issues, pull requests and logs are as hard as they get.
   */
  readonly seed?: 'empty' | 'world' | 'workshop';
  /** A free port unless given. */
  readonly port?: number;
}

const seeds = { empty: seedEmpty, world: seedWorld, workshop: seedWorldWithWorkshop };

/** GitHub on loopback, from its official description and a model in memory. */
export async function withSandbox({ seed = 'world', port, ...options }: SandboxOptions = {}): Promise<Sandbox> {
  const state = createState(options);
  const limits = createLimits(state);
  const faults = createFaults();
  const description = loadDescription();
  const requests: LoggedRequest[] = [];
  const handlers = handlersOf(areas, description);
  const outside = outsideOf(areas);
  for (const area of areas) area.setUp?.(state);
  const listening = await listen({
    respond: createRespond({ state, limits, description, handlers, outside }),
    routeOf: (method, path) => {
      const match = description.find(method, path);
      return 'problem' in match ? undefined : match.operation.route;
    },
    faults,
    log: (entry) => requests.push(entry),
    ...(port !== undefined && { port }),
  });
  state.urls.api = listening.url;
  const { token } = seeds[seed](state);
  return {
    ...{ url: listening.url, token: token.value, requests, state, faults, limits, description },
    get unknown() {
      return requests.filter(({ problems }) => problems.length > 0);
    },
    [Symbol.asyncDispose]: () => listening.close(),
  };
}

function handlersOf(all: readonly Area[], description: Description): Map<string, Handler> {
  const handlers = new Map<string, Handler>();
  for (const { name, routes } of all) {
    for (const [route, handler] of Object.entries(routes)) {
      if (!description.routes.has(route)) throw new Error(`${name}: GitHub's description has no ${route}`);
      if (handlers.has(route)) throw new Error(`${name}: ${route} is answered already`);
      handlers.set(route, handler);
    }
  }
  return handlers;
}

function outsideOf(all: readonly Area[]) {
  return all.flatMap(({ outside = {} }) =>
    Object.entries(outside).map(([route, handler]) => {
      const [method = '', path = ''] = route.split(' ');
      const spanning = new Set([...path.matchAll(/\{(\w+)\+\}/g)].map(([, name]) => name ?? ''));
      return { method, pattern: createPattern(path.replaceAll('+}', '}'), spanning), handler };
    }),
  );
}
