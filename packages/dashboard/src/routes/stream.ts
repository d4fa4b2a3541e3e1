import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { securityHeaders } from '../http/headers.ts';
import type { Parts } from '../parts.ts';

/** `GET /events`: written past the framework, whose streams cost several times the memory of a client. */
export function streamEvents({ live }: Pick<Parts, 'live'>) {
  return (context: Context<{ Bindings: HttpBindings }>): Response => {
    const { outgoing } = context.env;
    const headers = {
      ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
      // nginx would hold messages back.
      'x-accel-buffering': 'no',
    };
    if (context.req.method === 'HEAD') return new Response(null, { headers });
    outgoing.socket?.setNoDelay(true);
    outgoing.writeHead(200, { ...securityHeaders(), ...headers });
    outgoing.write('retry: 1000\n\n');
    live.add(outgoing, context.req.header('last-event-id') ?? context.req.query('last_event_id'));
    return new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
  };
}
