import { AppError, type ErrorOptions, NetworkError } from '../../errors.ts';

type Sentence = readonly [message: string, options?: ErrorOptions];

const final: ErrorOptions = { retryable: false };
const tlsHint: ErrorOptions = {
  retryable: false,
  hint: 'The site has to mend its certificate; another source may do.',
};

const cutShort: Sentence = ['cut its answer short: the connection ended before the body did'];
const notHttp: Sentence = ['sent something that is not valid HTTP', final];

/** Ends of sentences that begin with the host, by the code of the error. */
const sentences: Readonly<Record<string, Sentence>> = {
  ENOTFOUND: ['does not exist: its name has no address', { retryable: false, hint: 'Check the spelling of the host.' }],
  ENODATA: ['does not exist: its name has no address', final],
  EAI_AGAIN: ['could not be resolved: the name servers did not answer'],
  ESERVFAIL: ['could not be resolved: its name servers failed'],
  ECONNREFUSED: ['refused the connection: nothing listens on that port'],
  ECONNRESET: ['reset the connection'],
  EPIPE: ['reset the connection'],
  EHOSTUNREACH: ['cannot be reached: there is no route to it'],
  ENETUNREACH: ['cannot be reached: there is no route to its network'],
  ETIMEDOUT: ['did not take the connection in time'],
  UND_ERR_SOCKET: ['closed the connection before the answer was whole'],
  UND_ERR_HEADERS_TIMEOUT: ['took the connection and then sent no answer in time'],
  UND_ERR_BODY_TIMEOUT: ['stopped in the middle of its answer: no byte came for too long'],
  UND_ERR_HEADERS_OVERFLOW: ['sent headers of more than 16 KB', final],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['sent an answer that is too large, counted before it was decompressed', final],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: [
    'cut its answer short: the body is shorter or longer than its Content-Length says',
  ],
  CERT_HAS_EXPIRED: ['has a TLS certificate that has expired', tlsHint],
  CERT_NOT_YET_VALID: ['has a TLS certificate that is not valid yet', tlsHint],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['has a TLS certificate that nobody vouches for (self-signed)', tlsHint],
  SELF_SIGNED_CERT_IN_CHAIN: ['has a TLS certificate of an authority that is not trusted here', tlsHint],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['has a TLS certificate of an authority that is not trusted here', tlsHint],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['has a TLS certificate whose chain is incomplete or not trusted here', tlsHint],
  ERR_TLS_CERT_ALTNAME_INVALID: ['has a TLS certificate for another host', tlsHint],
  ERR_SSL_WRONG_VERSION_NUMBER: ['does not speak TLS on this port', { retryable: false, hint: 'Try http.' }],
  EPROTO: ['failed to agree on TLS', final],
};

/** By the beginning of the code. */
const families: readonly (readonly [prefix: string, sentence: Sentence])[] = [
  ['HPE_', notHttp],
  ['ERR_SSL_', ['failed to agree on TLS', final]],
  ['ERR_TLS_', ['failed to agree on TLS', final]],
  ['Z_', ['sent a body whose compression is broken', final]],
  ['ERR_BROTLI', ['sent a body whose compression is broken', final]],
  ['ERR__ERROR_FORMAT', ['sent a body whose compression is broken', final]],
  ['ERR_ZSTD', ['sent a body whose compression is broken', final]],
  ['ZSTD_', ['sent a body whose compression is broken', final]],
];

/**
 * What undici, node:net, node:tls or node:zlib threw -> AppError with a clear sentence; AppErrors within come out as they are.
 * Behind a proxy a connection that fails is the one to the proxy.
 */
export function toFetchError(error: unknown, { host, proxied = false }: { host: string; proxied?: boolean }): AppError {
  const chain = causesOf(error);
  const known = chain.find((cause) => cause instanceof AppError);
  if (known !== undefined) return known;
  for (const cause of chain) {
    const sentence = sentenceFor(cause);
    if (sentence === undefined) continue;
    const subject = proxied && 'syscall' in cause ? 'The configured proxy' : host;
    return new NetworkError(`${subject} ${sentence[0]}.`, { cause: error, ...sentence[1] });
  }
  return new NetworkError(`${host} could not be fetched: the connection failed.`, { cause: error });
}

function sentenceFor(cause: unknown): Sentence | undefined {
  const { code, message } = toCause(cause);
  if (message === 'bad port') return ['cannot be fetched on this port, which belongs to another protocol', final];
  if (message.includes('HTTP Tunneling')) return ['cannot be reached: the proxy refused to connect to it'];
  if (message.startsWith('too many content-encodings')) return ['compressed its answer more than 5 times', final];
  // undici's parser gives its errors a code only at times.
  if (message.includes('Invalid EOF state')) return cutShort;
  if (cause instanceof Error && cause.name === 'HTTPParserError') return notHttp;
  return sentences[code] ?? families.find(([prefix]) => code.startsWith(prefix))?.[1];
}

function toCause(cause: unknown): { code: string; message: string } {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}

function causesOf(error: unknown): object[] {
  const chain: object[] = [];
  for (let at = error; at instanceof Object && chain.length < 10; at = (at as Error).cause) chain.push(at);
  return chain;
}
