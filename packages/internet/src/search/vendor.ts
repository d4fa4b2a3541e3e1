import { AppError } from '@mcp-servers/core';
import type * as z from 'zod';
import { toPlain } from '../page/plain.ts';
import { blocked, changed, down, keyRefused, outOfQuota, queryRefused, tooFast } from './failures.ts';

export interface VendorRequest {
  url: URL;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

export interface VendorAnswer {
  status: number;
  headers: Headers;
  text: string;
}

export interface Vendor {
  /** As a person reads it. */
  title: string;
  /** Never to appear in a message. */
  secrets: readonly string[];
  fetch: typeof fetch;
}

/** A page of results has some tens of kilobytes. */
const maxBytes = 4_000_000;

/** One request. Redirects are not followed: a key goes to the host it is for. Throws `down` and `changed`; any status is an answer. */
export async function askVendor(vendor: Vendor, request: VendorRequest): Promise<VendorAnswer> {
  const { url, signal, ...init } = request;
  let response: Response;
  try {
    response = await vendor.fetch(url, { ...init, signal, redirect: 'manual' });
  } catch (error) {
    throw connectionFailure(vendor, error, signal);
  }
  if (response.status >= 300 && response.status < 400) {
    const place = response.headers.get('location') ?? '';
    const target = URL.canParse(place, url.href) ? new URL(place, url).origin : 'another place';
    await response.body?.cancel();
    throw changed(`${vendor.title} sends on from ${url.origin} to ${target}, which is not followed.`, {
      hint: `Set the address of ${vendor.title} to the one it sends to.`,
    });
  }
  return { status: response.status, headers: response.headers, text: await readBody(vendor, response, signal) };
}

function connectionFailure(vendor: Vendor, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const reason = redact(vendor, toReason(error));
  // The cause is left out: what a client puts in it may hold headers.
  if (!(error instanceof AppError)) return down(`${vendor.title} could not be reached: ${reason}.`);
  if (error.code === 'cancelled') return error;
  const { retryable, retryAfterSeconds } = error;
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return down(`${vendor.title} could not be reached: ${reason}`, { retryable, ...wait });
}

/** The deepest cause says what happened; "fetch failed" does not. */
function toReason(error: unknown): string {
  let current = error;
  for (let n = 0; n < 4 && current instanceof Error && current.cause instanceof Error; n += 1) current = current.cause;
  if (!(current instanceof Error)) return 'no reason given';
  const { code } = current as NodeJS.ErrnoException;
  return current.message || code || current.name;
}

async function readBody(vendor: Vendor, response: Response, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw connectionFailure(vendor, error, signal);
  }
  if (size > maxBytes) throw changed(`${vendor.title} answered with more than ${maxBytes / 1_000_000} MB.`);
  return Buffer.concat(chunks).toString('utf8');
}

/** What is used of the answer, checked; the rest is ignored. Throws `changed`. */
export function parseAnswer<S extends z.ZodType>(vendor: Vendor, { text }: VendorAnswer, schema: S): z.output<S> {
  const json = parseJson(text);
  if (json === undefined) throw changed(`${vendor.title} answered with something that is not JSON.`);
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.map(String).join('.').slice(0, 100) || 'the answer';
  throw changed(`${vendor.title} answered in another shape than documented, at ${where}.`);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller says what it was.
  }
}

/** What the vendor says about its refusal, one short line without secrets; empty when it says nothing. */
export function vendorMessage(vendor: Vendor, raw: unknown): string {
  return typeof raw === 'string' ? toPlain(redact(vendor, raw), { markup: 'html', length: 200 }) : '';
}

function redact({ secrets }: Pick<Vendor, 'secrets'>, text: string): string {
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((shown, secret) => shown.replaceAll(secret, '[redacted]'), text);
}

/** Seconds to wait: `Retry-After` as a number or a date. */
export function retryAfter(headers: Headers, now: Date): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now.getTime()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(0, Math.ceil(seconds)), 30 * 24 * 3600) : undefined;
}

/** The failure a status stands for where the vendor's documents say nothing else. */
export function statusFailure(
  vendor: Vendor,
  { status, headers }: VendorAnswer,
  { message, now, keyHint }: { message: string; now: Date; keyHint: string },
): AppError {
  const said = message === '' ? '' : ` It says: ${message}`;
  const text = `${vendor.title} answered HTTP ${status}.${said}`;
  const wait = retryAfter(headers, now);
  const options = wait === undefined ? {} : { retryAfterSeconds: wait };
  if (status === 402) return outOfQuota(text, { ...options, hint: `Add credit to the account of ${vendor.title}.` });
  if (status === 401 || status === 403) return keyRefused(text, { hint: keyHint });
  if (status === 429) return tooFast(text, options);
  if (status === 400 || status === 422) return queryRefused(text, { hint: 'Change the query or its options.' });
  if (status === 408 || status >= 500) return down(text, options);
  return status === 451 ? blocked(text) : changed(text);
}
