import { isLoopback, reachableHosts, urlOf } from './addresses.ts';
import type { RunTokens } from './viewers/tokens.ts';

/** How a coordinator is reached. */
export interface Listening {
  readonly port: number;
  readonly tokens: RunTokens;
  readonly isSecure: boolean;
}

/** The links of the page that lets a browser tab join. Secrets stand in the fragment, which browsers send to nobody. */
export const joinLinks = ({ port, tokens, isSecure }: Listening, host: string): readonly string[] =>
  reachableHosts(host).map(
    (name) => `${urlOf(isSecure ? 'https' : 'http', name, port)}/${fragmentOf(tokens.worker)}`,
  );

/** The commands that add a worker, ready to paste. */
export function joinCommands({ port, tokens, isSecure }: Listening, host: string): readonly string[] {
  // A secret that is only named is taken from where it was given.
  const value = tokens.worker === 'LOCKSTEP_TOKEN' ? '"$LOCKSTEP_TOKEN"' : tokens.worker;
  const secret = value === undefined ? '' : `LOCKSTEP_TOKEN=${value} `;
  return reachableHosts(host).map(
    (name) => `${secret}npx lockstep worker ${urlOf(isSecure ? 'wss' : 'ws', name, port)}`,
  );
}

/** The dashboard's links: the administrator's, which is for this terminal alone, and the viewers'. */
export function dashboardLinks(
  { port, tokens, isSecure }: Listening,
  host: string,
): { readonly admin: string; readonly viewer: string } {
  const [name = host] = isLoopback(host) ? [host] : reachableHosts(host);
  const page = `${urlOf(isSecure ? 'https' : 'http', name, port)}/dashboard`;
  return { admin: `${page}${fragmentOf(tokens.admin, 'admin')}`, viewer: page + fragmentOf(tokens.viewer) };
}

const fragmentOf = (token: string | undefined, name = 'token'): string =>
  token === undefined ? '' : `#${name}=${token}`;
