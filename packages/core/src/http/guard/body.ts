import { NetworkError } from '../../errors.ts';

/** The part of an answer that reading it needs. */
interface Answer {
  headers: { get(name: string): string | null };
  body: { getReader(): BodyReader } | null;
}
interface BodyReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<unknown>;
}

export interface BodyLimit {
  host: string;
  /** Of the decompressed body. */
  maxBytes: number;
  /** The setting that raises the cap. */
  setting: string;
}

const readable = new Set(['gzip', 'x-gzip', 'deflate', 'br', ...('zstd' in process.versions ? ['zstd'] : [])]);

/**
 * The whole decompressed body. Throws NetworkError when it passes the cap, whose rest is not read, or has a coding that cannot be
 * undone. Memory stays below twice the cap, however small the pieces are.
 */
export async function readBody({ headers, body }: Answer, limit: BodyLimit): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const refuse = async (error: NetworkError): Promise<never> => {
    await reader.cancel(error).catch(() => {}); // It has failed already: nothing is left to stop.
    throw error;
  };
  const codings = (headers.get('content-encoding') ?? '').toLowerCase().split(',');
  const coded = codings.map((coding) => coding.trim()).filter((coding) => coding !== '' && coding !== 'identity');
  const unknown = coded.find((coding) => !readable.has(coding)) ?? (coded.length < codings.length && coded[0]);
  if (unknown) return refuse(unreadable(limit.host, codings.join(',')));
  const announced = Number(headers.get('content-length') ?? 0);
  if (coded.length === 0 && announced > limit.maxBytes) return refuse(tooLarge(limit, announced));

  const sink = createSink(limit.maxBytes);
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw announced > 0 && endedEarly(error) ? truncated(limit.host, { announced, cause: error }) : error;
    });
    if (done) return sink.bytes();
    if (value !== undefined && !sink.add(value)) return refuse(tooLarge(limit));
  }
}

/**
 * One growing block instead of a list of pieces: a body in pieces of one byte would cost a hundred times its size. `transfer` frees the
 * smaller block at once; as garbage it would stand beside what is made of the body.
 */
function createSink(cap: number) {
  let block = new Uint8Array(Math.min(cap, 65_536));
  let length = 0;
  return {
    /** False, and nothing added, when the piece would pass the cap. */
    add(piece: Uint8Array): boolean {
      const needed = length + piece.length;
      if (needed > cap) return false;
      if (needed > block.length) {
        block = new Uint8Array(block.buffer.transfer(Math.min(cap, Math.max(needed, block.length * 2))));
      }
      block.set(piece, length);
      length = needed;
      return true;
    },
    /** Without the empty rest of the block, since bodies are kept. */
    bytes: () => new Uint8Array(block.buffer.transfer(length)),
  };
}

function tooLarge({ host, maxBytes, setting }: BodyLimit, announced?: number): NetworkError {
  const size = announced === undefined ? 'it passes' : `it has ${megabytes(announced)}, above`;
  return new NetworkError(`The answer of ${host} is too large: ${size} the cap of ${megabytes(maxBytes)}.`, {
    retryable: false,
    hint: `Fetch a smaller page or a part of it. Whoever runs the server can raise the cap with ${setting}.`,
    details: { max_bytes: maxBytes },
  });
}

/** undici: the connection ended, before or after it could have been used again. */
function endedEarly({ cause }: Error): boolean {
  const { code } = (cause ?? {}) as { code?: unknown };
  return code === 'UND_ERR_SOCKET' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
}

const truncated = (host: string, { announced, cause }: { announced: number; cause: unknown }) =>
  new NetworkError(
    `${host} cut its answer short: the connection ended before the ${announced} bytes of its Content-Length were sent.`,
    { cause },
  );

const unreadable = (host: string, codings: string) =>
  new NetworkError(`The answer of ${host} is compressed as "${codings.slice(0, 40)}", which cannot be read.`, {
    retryable: false,
  });

const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${bytes} bytes` : `${Number((bytes / 1_000_000).toFixed(1))} MB`;
