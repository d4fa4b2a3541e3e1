import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { type Environment, homeFolder } from '../home.ts';

/** A server of this product, as every part that lists them knows it. */
export interface OurServer {
  /** Of its entry in a client's configuration, and of its processes. */
  name: string;
  title: string;
  /** Its folder in `packages`, and the last part of its package's name. */
  folder: string;
  /** Settings that go along into its entry where they are set; everything else, secrets above all, belongs into `<home>/config.env`. */
  env: readonly string[];
}

/** Every server of this product. Adding one here bundles, registers, connects and watches it. */
export const ourServers: readonly OurServer[] = [
  { name: 'goals', title: 'Goals and tasks', folder: 'goals', env: ['MCP_SERVERS_HOME'] },
  { name: 'internet', title: 'Internet', folder: 'internet', env: ['MCP_SERVERS_HOME'] },
  { name: 'github', title: 'GitHub', folder: 'github', env: ['MCP_SERVERS_HOME'] },
];

/** How a client starts one server. */
export interface Entry {
  type?: 'stdio';
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}
export type Entries = Readonly<Record<string, Entry>>;

export interface EntryOptions {
  /** Folder from which upwards built servers are looked for. */
  from: string;
  /** The home in use; it goes along when it was chosen, because a desktop client does not know the shell's. */
  home: string;
  env: Environment;
  servers?: readonly OurServer[];
}

/** How a client starts each server: the built one by an absolute path; where there is none, as in a container, the published one. */
export function serverEntries({ from, home, env, servers = ourServers }: EntryOptions): Entries {
  const settings: Environment = { ...env, MCP_SERVERS_HOME: home === homeFolder({}) ? undefined : home };
  const node = stableNode(from);
  return Object.fromEntries(
    servers.map((server) => {
      const built = builtServer(server, from);
      const own = server.env.flatMap((name) => (settings[name] ? [[name, settings[name]] as const] : []));
      const entry: Entry = {
        ...(built === undefined
          ? { command: 'npx', args: ['-y', `@mcp-servers/${server.folder}`] }
          : { command: node, args: [built] }),
        ...(own.length > 0 && { env: Object.fromEntries(own) }),
      };
      return [server.name, entry];
    }),
  );
}

const modules = (folder: string): string => path.join(folder, 'node_modules');

/** The runnable file of a server: in the repository around `from`, or among the packages installed beside it. */
function builtServer({ folder }: OurServer, from: string): string | undefined {
  const found = upwards(from)
    .flatMap((above) => [path.join(above, 'packages', folder), path.join(modules(above), '@mcp-servers', folder)])
    .map((place) => path.join(place, 'dist', 'main.js'))
    .find((file) => existsSync(file));
  return found && realpathSync(found);
}

/** The Node that runs this, by a path that stays when the Node of the workspace around `from` is updated. */
export function stableNode(from: string, execPath: string = process.execPath): string {
  const real = realpathSync(execPath);
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const found = upwards(from)
    .filter((above) => existsSync(modules(above)))
    .flatMap((above) => readdirSync(modules(above)).map((name) => path.join(modules(above), name)))
    .filter((folder) => path.basename(folder).startsWith('node-'))
    .map((folder) => path.join(folder, 'bin', program))
    .find((file) => existsSync(file) && realpathSync(file) === real);
  return found ?? real;
}

/** A folder and all those it lies in, nearest first. */
function upwards(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}

const starts = [
  /(?:^|[\\/])(?:packages|@mcp-servers)[\\/]([\w-]+)[\\/](?:dist|src)[\\/]main\.[jt]s$/,
  /^@mcp-servers\/([\w-]+)(?:@[\w.^~*-]+)?$/,
  /(?:^|[\\/])mcp-([\w-]+?)(?:\.(?:cmd|exe|ps1))?$/,
];

/** The package folder of the server that an entry starts, whatever the entry is called; undefined when it is none of this kind. */
export function folderStartedBy(entry: unknown): string | undefined {
  const { command, args } = (entry ?? {}) as { command?: unknown; args?: unknown };
  const words = [command, ...(Array.isArray(args) ? args : [])].filter((word) => typeof word === 'string');
  for (const word of words) {
    for (const pattern of starts) {
      const folder = pattern.exec(word)?.[1];
      if (folder !== undefined) return folder;
    }
  }
  return undefined;
}
