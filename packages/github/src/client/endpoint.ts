import type { Addresses } from './addresses.ts';

export const apiVersion = '2022-11-28';

/** A request as it goes out. */
export interface Built {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

export type Endpoint = (route: string, parameters: Readonly<Record<string, unknown>>) => Built;

/** Octokit's endpoint templates; its own `request` is not used, because it reads large numbers as BigInt. */
export async function loadEndpoint({ rest, uploads }: Pick<Addresses, 'rest' | 'uploads'>): Promise<Endpoint> {
  const { Octokit } = await import('octokit');
  const { request } = new Octokit({ baseUrl: rest, retry: { enabled: false }, throttle: { enabled: false } });
  return (route, parameters) => {
    const uploading =
      route.includes('{origin}') || (/releases\/\{release_id\}\/assets/.test(route) && route.startsWith('POST'));
    const { method, url, headers, body } = request.endpoint(route, {
      ...(uploading && { baseUrl: uploads }),
      ...parameters,
      headers: { 'x-github-api-version': apiVersion, ...(parameters.headers as Record<string, string> | undefined) },
    });
    const { 'user-agent': _, ...sent } = headers;
    const plain = typeof body === 'string' || body instanceof Uint8Array;
    return {
      // A template with one of two parameters leaves an ampersand behind.
      ...{ method, url: url.replace(/[?&]+$/, '') },
      headers: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)])),
      body: body === undefined || body === '' ? undefined : plain ? (body as string) : JSON.stringify(body),
    };
  };
}
