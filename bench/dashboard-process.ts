import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { entryOf } from '../scripts/bundle.ts';

export interface RunningDashboard extends AsyncDisposable {
  url: string;
  token: string;
  pid: number;
  /** Reads, or with a body changes, over connections that stay open. */
  ask(address: string, body?: object): Promise<string>;
}

/** The built dashboard on a free port, with the store of this home. */
export async function startDashboard(home: string): Promise<RunningDashboard> {
  const child = spawn(process.execPath, [entryOf('dashboard'), '--port', '0', '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MCP_SERVERS_HOME: home, LOG_LEVEL: 'error' },
  });
  let url = '';
  for await (const line of createInterface(child.stdout)) {
    url = /http:\/\/[^/]+\//.exec(line)?.[0] ?? '';
    if (url) break;
  }
  const token = (await readFile(path.join(home, 'dashboard-token'), 'utf8')).trim();
  const agent = new Agent({ keepAlive: true });
  const running: RunningDashboard = {
    ...{ url, token, pid: child.pid ?? 0 },
    async ask(address, body) {
      const call = request(new URL(address, url), {
        agent,
        method: body ? 'PATCH' : 'GET',
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      }).end(body && JSON.stringify(body));
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      const answer = await text(response);
      if (response.statusCode !== 200) throw new Error(`${address}: ${answer}`);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
  while (!(await isReady(running))) await sleep(50);
  return running;
}

/** The database of a new home is still being made when the dashboard already listens. */
const isReady = ({ ask }: RunningDashboard): Promise<boolean> =>
  ask('/api/goals').then(
    () => true,
    () => false,
  );

export interface BarePage extends AsyncDisposable {
  url: string;
  /** Sends a line to every page that is open. */
  say(line: string): void;
}

/** The floor of pages and streams: a few lines on node:http. */
export async function startBarePage(): Promise<BarePage> {
  const script = fileURLToPath(new URL('floors/page.ts', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url: `http://127.0.0.1:${JSON.parse(line).port}/`,
    say: (said) => void child.stdin.write(`${said}\n`),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
