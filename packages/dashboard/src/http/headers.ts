import type { MiddlewareHandler } from 'hono';

/** Files of this dashboard alone: nothing inline, nothing from elsewhere, no frame around it. */
const policy = (nonce: string | undefined): string =>
  [
    "default-src 'none'",
    `script-src 'self'${nonce ? ` 'nonce-${nonce}'` : ''}`,
    `style-src 'self'${nonce ? ` 'nonce-${nonce}'` : ''}`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const fixed: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/** Headers of every answer; one that was sent past the framework takes them from here itself. */
export const securityHeaders = (nonce?: string): Record<string, string> => ({
  ...fixed,
  'content-security-policy': policy(nonce),
});

export const secureHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  const own = context.res.headers.has('content-security-policy');
  for (const [name, value] of Object.entries(fixed)) context.res.headers.set(name, value);
  if (!own) context.res.headers.set('content-security-policy', policy(undefined));
};
