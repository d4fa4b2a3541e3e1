import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { eras } from './connect.ts';
import { environment, temporaryHome } from './spawn-server.ts';

export interface RecordedStart {
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
  answers: any[];
  /** All of standard error. */
  said: string;
  /** Addresses of modules, and `NativeModule <name>` for Node's own, that were loaded when the last answer was written. */
  loaded: readonly string[];
}

export const initialize = {
  method: 'initialize',
  params: { protocolVersion: eras.legacy, capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** Says at the end what had been loaded at the last answer. */
const recorder = `data:text/javascript,${encodeURIComponent(`
  const urls = [];
  process.getBuiltinModule('node:module').registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
  const { stdout } = process;
  const write = stdout.write;
  let loaded = [];
  stdout.write = (...given) => { loaded = [...urls, ...process.moduleLoadList]; return write.apply(stdout, given); };
  process.on('exit', () => process.stderr.write('loaded ' + JSON.stringify(loaded) + '\\n'));
`)}`;

/** Starts a server, built or as source, with an empty home, sends the requests and closes its input. */
export async function recordStart(
  main: string,
  { requests = [initialize], env }: { requests?: readonly object[]; env?: Readonly<Record<string, string>> } = {},
): Promise<RecordedStart> {
  await using folder = await temporaryHome();
  const child = spawn(process.execPath, ['--conditions=@mcp-servers/source', '--import', recorder, main], {
    env: environment(folder.home, env),
  });
  const lines = requests.map((request, id) => `${JSON.stringify({ jsonrpc: '2.0', id, ...request })}\n`);
  child.stdin.end(lines.join(''));
  const [answers, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return {
    answers: answers
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
    said,
    loaded: JSON.parse(/^loaded (.*)$/m.exec(said)?.[1] ?? '[]'),
  };
}

/** Those of Node's own modules among them that take milliseconds or megabytes, and that no server needs before its first answer. */
export const heavyModules = (loaded: readonly string[]): string[] => loaded.filter((name) => heavy.test(name));

const heavy =
  /^NativeModule (assert|child_process|crypto|dns|fs\/promises|https?|http2|readline|tls|zlib|internal\/deps\/undici\/undici)$/;
