import { ValidationError } from '../../errors.ts';

/** The variables that Node, curl and others read; lower case wins. */
export interface ProxyEnvironment {
  readonly [name: string]: string | undefined;
}

export interface ProxySettings {
  httpProxy: string;
  httpsProxy: string;
  noProxy: string;
  /** Names of the variables that are set. */
  variables: readonly string[];
}

/** The proxy of the environment; undefined when none is set. */
export function readProxy(env: ProxyEnvironment): ProxySettings | undefined {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || '';
  const all = read('ALL_PROXY');
  const httpProxy = read('HTTP_PROXY') || all;
  const httpsProxy = read('HTTPS_PROXY') || all;
  if (httpProxy === '' && httpsProxy === '') return undefined;
  const variables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].filter((name) => read(name) !== '');
  return { httpProxy, httpsProxy, noProxy: read('NO_PROXY'), variables };
}

/** The refusal of every fetch while a proxy is set and not trusted; the proxy's address may hold a password and is not told. */
export function proxyRefusal({ variables }: ProxySettings, setting: string): ValidationError {
  const names = variables.join(' and ');
  return new ValidationError(
    `Nothing is fetched: ${names} sends requests through a proxy, which resolves names itself, so addresses cannot be checked.`,
    {
      hint: `Whoever runs the server can unset ${names}, or set ${setting}=true when the proxy keeps requests away from private networks.`,
    },
  );
}
