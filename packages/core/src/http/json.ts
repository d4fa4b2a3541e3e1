import type * as z from 'zod';
import { NetworkError } from '../errors.ts';
import type { CallOptions, UpstreamInit } from './call.ts';
import type { Answer } from './exchange.ts';
import type { UpstreamPath } from './path.ts';
import { oneLine } from './redact.ts';
import { parseJson, vendorMessage } from './vendor-message.ts';

type QueryValue = string | number | boolean | undefined;

export interface JsonCall extends CallOptions {
  /** Made by `pathOf`. */
  readonly path: UpstreamPath;
  /** Undefined values are left out, arrays repeated. */
  readonly query?: Readonly<Record<string, QueryValue | readonly (string | number)[]>>;
  /** GET, or POST with a body. */
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export function toRequest(base: URL, call: JsonCall): { url: URL; init: UpstreamInit } {
  const { path, query = {}, body, method = body === undefined ? 'GET' : 'POST', headers, signal, ...options } = call;
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}${path}`;
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) if (one !== undefined) url.searchParams.append(name, String(one));
  }
  const json = { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) };
  return {
    url,
    init: {
      ...{ ...options, method, headers: { ...json, ...headers } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    },
  };
}

/** An empty body is `undefined` to the schema. */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: Answer, name: string): T {
  const result = schema.safeParse(readJson(answer, name));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') || 'the whole';
  throw new NetworkError(
    `${name} answered in another form than expected: ${oneLine(`${where}: ${issue?.message}`, 200)}.`,
    {
      cause: result.error,
      retryable: false,
      hint: 'Its version may not be supported, or the configured address is not its API.',
    },
  );
}

function readJson({ bytes, headers }: Answer, name: string): unknown {
  const text = new TextDecoder().decode(bytes);
  if (text === '') return undefined;
  const type = headers.get('content-type')?.split(';')[0]?.trim() ?? 'no type';
  const isPage = /^(text\/html|application\/xhtml\+xml)$/i.test(type);
  const json = isPage ? undefined : parseJson(text);
  if (json !== undefined) return json;
  if (/[/+]json$/i.test(type)) {
    throw new NetworkError(`${name} answered with JSON that cannot be read.`, {
      retryable: false,
      hint: 'Call again; if it stays so, something between here and there changes its answers.',
    });
  }
  const page = isPage || /^\s*</.test(text);
  const what = page ? vendorMessage(text.startsWith('<') ? text : `<${text}`, undefined) : oneLine(type, 100);
  throw new NetworkError(`${name} answered with ${what} where JSON was expected.`, {
    retryable: false,
    hint: page
      ? 'Probably a login page or a proxy: check the configured address and the credential.'
      : 'Check that the configured address is that of its API.',
  });
}
