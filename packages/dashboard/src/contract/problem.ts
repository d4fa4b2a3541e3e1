import * as z from 'zod';

/** RFC 9457, `application/problem+json`: the body of every answer from 400 on. */
export const Problem = z.object({
  /** `/docs#problem-<code>`: where this kind is explained. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** What happened, for a person. */
  detail: z.string(),
  /**
   * validation 400, auth 401, forbidden 403 (host, origin, cross-site), not_found 404, method 405, conflict 409, precondition 412
   * (stale `If-Match`), too_large 413, unsupported 415, rate_limit 429, internal 500, database 500, network 502, unavailable 503.
   */
  code: z.string(),
  /** What to do about it. */
  hint: z.string().optional(),
  /** True when the same request may succeed later. */
  retryable: z.boolean(),
  retry_after_seconds: z.number().optional(),
  /** Of code `validation`: what is wrong where. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Of code `precondition` and `conflict`: the version there is now, when that is why. */
  current_version: z.int().optional(),
});
export type Problem = z.infer<typeof Problem>;
