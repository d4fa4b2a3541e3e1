// The least a process can do with an outside system: the requests of a line, one after the other, by nothing but `fetch`.
import { createInterface } from 'node:readline';

/** One request as it goes over the wire. */
export interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

async function send({ url, ...init }: Sent): Promise<number> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  if (response.headers.get('content-type')?.startsWith('application/json')) await response.json();
  else await response.text();
  return response.status;
}

for await (const line of createInterface(process.stdin)) {
  const statuses: number[] = [];
  for (const request of JSON.parse(line) as Sent[]) statuses.push(await send(request));
  process.stdout.write(`${JSON.stringify(statuses)}\n`);
}
