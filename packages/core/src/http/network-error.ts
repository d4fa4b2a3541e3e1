import { AppError, NetworkError } from '../errors.ts';
import { oneLine } from './redact.ts';

interface Cause {
  readonly matches: RegExp;
  /** Follows the name of the upstream and its host. */
  readonly says: string;
  readonly hint: string;
  /** The request never left, so repeating it is safe whatever it is. */
  readonly unsent?: boolean;
  /** Trying again changes nothing. */
  readonly final?: boolean;
}

const checkCertificate =
  'If this is a company network or an own certificate authority, name its file in NODE_EXTRA_CA_CERTS and restart; certificate checks stay on.';
const later = 'Call again later.';

/** By the codes of Node, undici, OpenSSL, llhttp and zlib; the first that matches. */
const causes: readonly Cause[] = [
  {
    matches: /^(ENOTFOUND|EAI_\w+)$/,
    says: 'was not found: its name could not be resolved',
    hint: 'Check the configured address, the network, and the proxy settings (HTTPS_PROXY with NODE_USE_ENV_PROXY=1).',
    unsent: true,
  },
  {
    matches: /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/,
    says: 'accepts no connection',
    hint: 'Check that it runs, and the configured address and port.',
    unsent: true,
  },
  {
    matches: /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/,
    says: 'could not be connected to in time',
    hint: 'Check the network, the firewall and the proxy settings.',
    unsent: true,
  },
  {
    matches: /^PROXY$/,
    says: 'cannot be reached through the proxy',
    hint: 'Check the proxy settings (HTTPS_PROXY, NO_PROXY), and whether the proxy wants user and password.',
    unsent: true,
    final: true,
  },
  {
    matches: /^CERT_HAS_EXPIRED$/,
    says: 'has a certificate that has expired',
    hint: 'Its operator has to renew it; check the clock of this machine too.',
    unsent: true,
    final: true,
  },
  {
    matches: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    says: 'has a certificate that is made out to another name',
    hint: 'Use the name that the certificate is made out to.',
    unsent: true,
    final: true,
  },
  {
    matches: /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|^CERT_|_CERT_|CERTIFICATE/,
    says: 'has a certificate that is not trusted',
    hint: checkCertificate,
    unsent: true,
    final: true,
  },
  {
    matches: /^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/,
    says: 'could not be spoken to over TLS',
    hint: 'Check whether the configured address wants http or https, and its port.',
    unsent: true,
    final: true,
  },
  {
    matches: /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/,
    says: 'stopped answering',
    hint: later,
  },
  {
    matches: /^(HPE_\w+|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)$/,
    says: 'did not answer in valid HTTP',
    hint: 'Check that the configured address is that of an HTTP server, and that no proxy changes its answers.',
    final: true,
  },
  {
    matches: /^(Z_\w+|ERR_?_?BROTLI\w*|ERR__ERROR_\w+|ZSTD_\w+)$/,
    says: 'sent an answer whose compression is damaged',
    hint: later,
  },
  {
    matches: /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|TRUNCATED)$/,
    says: 'closed the connection before the answer was complete',
    hint: later,
  },
];

const unknownCause: Omit<Cause, 'matches'> = { says: 'could not be called', hint: later };

export interface Sent {
  readonly name: string;
  readonly url: URL;
  readonly idempotent: boolean;
}

/** What a failed `fetch`, or the reading of its body, means; anything that is not a failure of the network comes back as it is. */
export function networkError(error: unknown, { name, url, idempotent }: Sent): unknown {
  const root = rootOf(error);
  const code = root && codeOf(root);
  if (error instanceof AppError || root === undefined || (code === undefined && !isFailedFetch(error))) return error;
  const cause = causes.find(({ matches }) => code !== undefined && matches.test(code)) ?? unknownCause;
  // The words of a known cause are above.
  const detail = cause === unknownCause || code === 'PROXY' ? oneLine(root.message, 100) : code;
  const repeatable = cause.unsent === true || idempotent;
  return new NetworkError(`${name} (${url.host}) ${cause.says} (${detail}).`, {
    cause: withoutData(error, root),
    retryable: repeatable && cause.final !== true,
    hint: repeatable || cause.final ? cause.hint : 'It may have been carried out: check before calling again.',
  });
}

/** An answer shorter or longer than it said. */
export const truncated = (): Error => Object.assign(new Error('Content-Length and body differ'), { code: 'TRUNCATED' });

const deepest = 6;

/** The error that has a code, or the innermost: of the error, its causes, or the attempts it sums up. */
function rootOf(error: unknown, depth = 0): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  if (depth === deepest || codeOf(error) !== undefined) return error;
  return rootOf(error instanceof AggregateError ? error.errors[0] : error.cause, depth + 1) ?? error;
}

function codeOf(error: Error): string | undefined {
  if (/^Proxy response/.test(error.message)) return 'PROXY';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'HTTPParserError' ? error.name : undefined;
}

/** The parser keeps what it could not read; that may be anything, and a log is no place for it. */
function withoutData(error: unknown, root: Error): unknown {
  return 'data' in root ? new Error(root.message) : error;
}

/** The two sentences of the Fetch implementation; its other TypeErrors are mistakes of the caller. */
const isFailedFetch = (error: unknown): boolean =>
  error instanceof TypeError && (error.message === 'fetch failed' || error.message === 'terminated');
