import { AppError, ConflictError } from '@mcp-servers/core';
import {
  applyChange,
  type ClientName,
  type ClientPlace,
  changedSince,
  clientNames,
  clients,
  configFile,
  type Entry,
  isPresent,
  type Plan,
  planChange,
  previewOf,
  shortcutOf,
  undoable,
  undoChange,
} from '@mcp-servers/core/connect';
import * as z from 'zod';
import { type ClientFile, ClientId, Connect, Connected, ConnectRequest, Disconnected } from '../contract.ts';
import { HttpError } from '../http/problems.ts';
import { defineRoute } from '../http/route.ts';
import type { Connecting } from '../parts.ts';

type Shown = Connect['clients'][number];

const systems = { darwin: 'macos', win32: 'windows' } as const;
const tag = 'Dashboard';
const path = '/api/connect/:client';
const params = z.object({ client: ClientId });

export const connectRoutes = [
  defineRoute({
    ...{ method: 'get', path: '/api/connect', tag, summary: 'How a client starts the servers, and what is configured' },
    answer: Connect,
    async run(_, { connecting }) {
      const { access } = connecting;
      return {
        clients: await Promise.all(clientNames.map((name) => toShown(name, connecting))),
        system: systems[process.platform as keyof typeof systems] ?? 'linux',
        ...('off' in access && { off: access.off }),
      };
    },
  }),
  defineRoute({
    ...{ method: 'post', path, tag, summary: "Write the servers into a client's configuration, as it was shown" },
    ...{ params, body: ConnectRequest, answer: Connected, also: [409] },
    async run({ params: { client }, body: { digest } }, { connecting, log }) {
      const place = placeOf(connecting);
      const entries = connecting.entries();
      const plan = await planChange(client, entries, place);
      const { title, afterwards } = clients[client];
      if (plan.entries.length === 0)
        throw new ConflictError(`${plan.file} has the servers already. Nothing was written.`);
      if (plan.digest !== digest) throw changedSince(plan.file);
      const backup = await applyChange(plan, Object.keys(entries), connecting.records);
      log.info({ client: title, file: plan.file }, 'client_connected');
      return { client, file: plan.file, ...(backup !== undefined && { backup }), afterwards };
    },
  }),
  defineRoute({
    ...{ method: 'delete', path, tag, summary: "Take back the last change of a client's configuration" },
    ...{ params, answer: Disconnected, also: [404, 409] },
    async run({ params: { client } }, { connecting, log }) {
      placeOf(connecting);
      const { file, brings } = await undoChange(client, connecting.records);
      log.info({ client: clients[client].title, file }, 'client_disconnected');
      return { client, file, brought: brings };
    },
  }),
];

/** Throws HttpError where nothing may be written. */
function placeOf({ access }: Connecting): ClientPlace {
  if ('off' in access) throw new HttpError('forbidden', access.off.detail, { hint: access.off.hint });
  return access.place;
}

async function toShown(name: ClientName, connecting: Connecting): Promise<Shown> {
  const { title, key, typed, afterwards } = clients[name];
  const entries = Object.entries(connecting.entries());
  const withType = (entry: Entry): Entry => (typed ? { type: 'stdio', ...entry } : entry);
  const file = (platform: NodeJS.Platform, home: string, env = {}) => configFile(name, { platform, home, env });
  const shortcuts = entries.map(([server, entry]) => ({ server, ...shortcutOf(name, server, entry) }));
  const commands = shortcuts.flatMap(({ command }) => command ?? []);
  const links = shortcuts.flatMap(({ server, link }) => (link === undefined ? [] : [{ server, href: link }]));
  return {
    ...{ id: name, title, afterwards },
    files: {
      linux: file('linux', '~'),
      macos: file('darwin', '~'),
      windows: file('win32', '%USERPROFILE%', { APPDATA: '%APPDATA%' }),
    },
    config: { [key]: Object.fromEntries(entries.map(([server, entry]) => [server, withType(entry)])) },
    ...(commands.length > 0 && { command: commands.join('\n') }),
    ...(links.length > 0 && { links }),
    ...('place' in connecting.access && { here: await toFile(name, connecting, connecting.access.place) }),
  };
}

async function toFile(name: ClientName, { entries, records }: Connecting, place: ClientPlace): Promise<ClientFile> {
  const file = configFile(name, place);
  const [plan, undo] = await Promise.all([
    planChange(name, entries(), place).catch(toProblem),
    // What cannot be undone is not offered.
    undoable(name, records).catch(() => undefined),
  ]);
  return {
    ...{ file, used: isPresent(name, place) },
    ...('problem' in plan ? { exists: true, ...plan } : toPlanned(plan, Object.keys(entries()))),
    ...(undo && { undo: { brings: undo.brings, ...(undo.backup !== undefined && { backup: undo.backup }) } }),
  };
}

function toPlanned({ file, target, before, entries, digest }: Plan, names: readonly string[]) {
  const present = names.filter((name) => !entries.some((entry) => entry.name === name));
  return {
    exists: before !== undefined,
    ...(target !== file && { leads_to: target }),
    ...(present.length > 0 && { present }),
    ...(entries.length > 0 && {
      changes: entries.map((entry) => ({ server: entry.name, lines: previewOf(entry) })),
      digest,
    }),
  };
}

function toProblem(error: unknown): Pick<ClientFile, 'problem'> & { problem: object } {
  if (!(error instanceof AppError)) throw error;
  const { line, column } = (error.details ?? {}) as { line?: number; column?: number };
  return {
    problem: {
      detail: error.message,
      ...(error.hint !== undefined && { hint: error.hint }),
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    },
  };
}
