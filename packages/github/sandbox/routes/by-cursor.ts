import { type Call, text } from '../call.ts';
import { unprocessable } from '../refusal.ts';
import { ok, type Reply } from '../reply.ts';

const toCursor = (index: number) => Buffer.from(`at:${index}`).toString('base64url');

function fromCursor(value: string): number {
  const index = /^at:(\d+)$/.exec(Buffer.from(value, 'base64url').toString())?.[1];
  if (index === undefined) throw unprocessable('The cursor is not valid');
  return Number(index);
}

/** A page of the lists that go by `after` and `before` instead of numbers, with its Link header. */
export function cursorPage<T>(call: Call, items: readonly T[], view: (item: T) => unknown): Reply {
  const size = Math.min(100, Math.max(1, Number(call.query.per_page ?? 30)));
  const [after, before] = [text(call, 'after'), text(call, 'before')];
  const end = before === undefined ? undefined : fromCursor(before);
  const start = end !== undefined ? Math.max(0, end - size) : after === undefined ? 0 : fromCursor(after);
  const stop = end ?? Math.min(items.length, start + size);
  const link = (name: string, index: number, rel: string) => {
    const url = new URL(call.url);
    url.searchParams.delete('after');
    url.searchParams.delete('before');
    url.searchParams.set(name, toCursor(index));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [
    ...(stop < items.length ? [link('after', stop, 'next')] : []),
    ...(start > 0 ? [link('before', start, 'prev')] : []),
  ];
  const headers: Record<string, string> = links.length > 0 ? { link: links.join(', ') } : {};
  return ok(items.slice(start, stop).map(view), { headers });
}
