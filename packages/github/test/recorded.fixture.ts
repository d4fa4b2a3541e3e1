import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type FakeVendor, type RecordedRequest, type VendorAnswer, withUpstream } from '@mcp-servers/core/testing';
import type { Description } from '../sandbox/description.ts';

/** One request to the live GitHub and its answer, as @octokit/fixtures has them: ids, times and tokens are made equal. */
export interface Exchange {
  readonly scope: string;
  readonly method: string;
  readonly path: string;
  /** Parsed JSON, a text, or '' for none. */
  readonly body: unknown;
  readonly status: number;
  readonly response: unknown;
  readonly reqheaders: Readonly<Record<string, unknown>>;
  readonly responseIsBinary: boolean;
  readonly headers: Readonly<Record<string, string | number>>;
}

const folder = new URL('../node_modules/@octokit/fixtures/scenarios/api.github.com/', import.meta.url);

export const exchangesOf = (scenario: string): Exchange[] =>
  JSON.parse(readFileSync(new URL(`${scenario}/normalized-fixture.json`, folder), 'utf8'));

export const allScenarios = (): string[] => readdirSync(folder).sort();

/** 'METHOD /path?query'. */
export const nameOf = ({ method, path }: Pick<Exchange, 'method' | 'path'>): string =>
  `${method.toUpperCase()} ${path}`;

export interface Recording extends FakeVendor {
  /** What was asked and is not recorded, by its name. */
  readonly unknown: readonly string[];
  /** What is recorded and was not asked. */
  left(): string[];
}

/** A request that is not recorded. */
export interface Unrecorded {
  readonly name: string;
  readonly body: string;
  readonly query: URLSearchParams;
  /** Whether this recorded request was asked before. */
  isDone(name: string): boolean;
}

/** An answer to a request that is not recorded, made of what is; undefined for what is not there. */
export type Beside = (asked: Unrecorded) => VendorAnswer | undefined;

/** A GitHub that answers what was recorded, each exchange once and in its order, with its own address in the answers. */
export async function withRecording(
  exchanges: readonly Exchange[],
  beside: Beside = () => undefined,
): Promise<Recording> {
  const left = [...exchanges];
  const unknown: string[] = [];
  const vendor = await withUpstream((asked) => {
    const own = (text: string) => withAddress(`http://${asked.headers.host}`, text);
    const index = left.findIndex((exchange) => isSame(exchange, asked));
    const found = left[index];
    if (found) {
      left.splice(index, 1);
      return answerOf(found, own);
    }
    unknown.push(nameOf(asked));
    const made = beside({
      ...{ name: nameOf(asked), body: asked.body, query: asked.url.searchParams },
      isDone: (name) => !left.some((exchange) => nameOf(exchange) === name),
    });
    return made
      ? { ...made, body: JSON.parse(own(JSON.stringify(made.body ?? null))) }
      : { status: 404, body: { message: 'Not Found' } };
  });
  return { ...vendor, unknown, left: () => left.map(nameOf) };
}

const withAddress = (url: string, text: string): string =>
  text.replaceAll(/https:\/\/(api|uploads|codeload)\.github\.com(:443)?/g, url);

/** What was recorded, with the address of the recording. */
export const ownAddress = <T>(url: string, value: T): T => JSON.parse(withAddress(url, JSON.stringify(value ?? null)));

const isSame = (exchange: Exchange, { method, path, body }: RecordedRequest): boolean =>
  exchange.method.toUpperCase() === method &&
  plain(exchange.path) === plain(path) &&
  isDeepStrictEqual(exchange.body, typeof exchange.body === 'string' ? body : toJson(body));

/**
 * A slash at the end of a path and the ways to write a blank mean nothing to GitHub. The recordings are older than its advanced search, which
 * the client asks for.
 */
const plain = (path: string): string =>
  decodeURIComponent(
    path
      .replaceAll('+', '%20')
      .replace(/\/(?=\?|$)/, '')
      .replace('&advanced_search=true', ''),
  );

function toJson(body: string): unknown {
  return body === '' ? '' : JSON.parse(body);
}

/** They describe how the bytes came then. */
const ofTransport = /^(connection|content-length|content-encoding|transfer-encoding|keep-alive|date)$/;

function answerOf(
  { status, headers, response, responseIsBinary }: Exchange,
  own: (text: string) => string,
): VendorAnswer {
  const kept = Object.entries(headers).filter(([name]) => !ofTransport.test(name));
  const shown = responseIsBinary ? Buffer.from(String(response), 'hex') : own(toText(response));
  return {
    ...{ status, headers: Object.fromEntries(kept.map(([name, value]) => [name, own(String(value))])) },
    ...(shown.length > 0 && { body: shown }),
  };
}

const toText = (response: unknown): string => (typeof response === 'string' ? response : JSON.stringify(response));

export interface Call {
  /** As octokit names it. */
  readonly route: string;
  readonly parameters: Record<string, unknown>;
}

/** The recorded request as a call of the port: its route by GitHub's description, and what it takes from path, query and body. */
export function toCall(description: Description, { method, path, body }: Exchange): Call | undefined {
  const url = new URL(path, 'http://localhost');
  const found = description.find(method.toUpperCase(), url.pathname);
  if ('problem' in found) return undefined;
  const fields = typeof body === 'object' && body !== null ? body : body === '' ? {} : { data: body };
  return {
    route: found.operation.route,
    parameters: { ...Object.fromEntries(url.searchParams), ...found.params, ...fields },
  };
}

/** 'path: what is wrong' of every field that `real` has and `ours` lacks, or has with another JSON type. */
export function lacking(real: unknown, ours: unknown, path = ''): string[] {
  if (real === null) return ours === undefined ? [`${path}: missing`] : [];
  if (ours === undefined) return [`${path}: missing`];
  if (typeOf(real) !== typeOf(ours)) return [`${path}: ${typeOf(ours)}, not ${typeOf(real)}`];
  if (Array.isArray(real)) {
    const [row] = ours as unknown[];
    return [...new Set(real.flatMap((each) => lacking(each, row, `${path}[]`)))];
  }
  if (typeof real !== 'object') return [];
  return Object.entries(real).flatMap(([name, value]) =>
    lacking(value, (ours as Record<string, unknown>)[name], path === '' ? name : `${path}.${name}`),
  );
}

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
