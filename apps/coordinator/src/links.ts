import { isLoopback, reachableHosts, urlOf } from './addresses.ts';
import { commandHere, commandInClone } from './worker-command.ts';
import type { ServerTls } from './tls.ts';
import type { RunTokens } from './viewers/tokens.ts';

/** How a coordinator is reached. */
export interface Listening {
  readonly port: number;
  readonly tokens: RunTokens;
  /** What it speaks TLS with. */
  readonly tls: Pick<ServerTls, 'file' | 'fingerprint'> | undefined;
}

/** The links of the page that lets a browser tab join. Secrets stand in the fragment, which browsers send to nobody. */
export const joinLinks = ({ port, tokens, tls }: Listening, host: string): readonly string[] =>
  reachableHosts(host).map(
    (name) => `${urlOf(tls ? 'https' : 'http', name, port)}/${fragmentOf(tokens.worker)}`,
  );

/** The commands that add a worker, ready to paste: on this machine, and on others, where they can reach it. */
export function joinCommands(
  { port, tokens, tls }: Listening,
  host: string,
): { readonly here: readonly string[]; readonly elsewhere: readonly string[] } {
  // A secret that is only named is taken from where it was given.
  const token = tokens.worker === 'LOCKSTEP_TOKEN' ? '$LOCKSTEP_TOKEN' : tokens.worker;
  const parts = { token, certificate: tls?.fingerprint === undefined ? undefined : tls.file };
  const urls = reachableHosts(host).map((name) => urlOf(tls ? 'wss' : 'ws', name, port));
  return {
    here: urls.map((url) => commandHere(url, parts)),
    elsewhere: isLoopback(host) ? [] : urls.map((url) => commandInClone(url, parts)),
  };
}

/** The dashboard's links: the administrator's, which is for this terminal alone, and the viewers'. */
export function dashboardLinks(
  { port, tokens, tls }: Listening,
  host: string,
): { readonly admin: string; readonly viewer: string } {
  const [name = host] = isLoopback(host) ? [host] : reachableHosts(host);
  const page = `${urlOf(tls ? 'https' : 'http', name, port)}/dashboard`;
  return { admin: `${page}${fragmentOf(tokens.admin, 'admin')}`, viewer: page + fragmentOf(tokens.viewer) };
}

/** What people need to know of a certificate that nobody signed. */
export const describeCertificate = ({ file, fingerprint }: Pick<ServerTls, 'file' | 'fingerprint'>): string =>
  `the certificate is self-signed, so browsers warn: compare its sha256 fingerprint before you go on\n  ${fingerprint}\n` +
  `workers trust it by the file, which another machine needs a copy of:\n  ${file}`;

const fragmentOf = (token: string | undefined, name = 'token'): string =>
  token === undefined ? '' : `#${name}=${token}`;
