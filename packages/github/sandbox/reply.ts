export interface Reply {
  readonly status: number;
  /** Bytes and text as they are (with `type`), anything else as JSON; undefined is no body. */
  readonly body?: unknown;
  /** The content type, where it is not JSON. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly lastModified?: number;
  /** What it takes of the quota; 1 unless given. */
  readonly cost?: number;
  /** What of the request the sandbox could not answer; they go into its log. */
  readonly problems?: readonly string[];
}

export const ok = (body: unknown, more: Omit<Reply, 'status' | 'body'> = {}): Reply => ({ status: 200, body, ...more });
export const created = (body: unknown, location?: string): Reply => ({
  status: 201,
  body,
  ...(location !== undefined && { headers: { location } }),
});
export const accepted = (body: unknown): Reply => ({ status: 202, body });
export const noContent = (): Reply => ({ status: 204 });
export const raw = (body: string | Buffer, type: string): Reply => ({ status: 200, body, type });
export const redirect = (status: 301 | 302 | 307, location: string): Reply => ({ status, headers: { location } });
