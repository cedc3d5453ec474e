import { isLoopback, localHost, reachableHosts, urlOf } from './addresses.ts';
import type { PublicUrls } from './public/public-urls.ts';
import type { ServerTls } from './tls.ts';
import type { RunTokens } from './viewers/tokens.ts';
import { commandHere, commandInClone, type CommandParts } from './worker-command.ts';

/** How a coordinator is reached. */
export interface Listening extends Place {
  readonly port: number;
  readonly tokens: RunTokens;
  /** What it speaks TLS with. */
  readonly tls: Pick<ServerTls, 'file' | 'fingerprint'> | undefined;
  /** The addresses by which others call it, `http` or `https`; one or more. */
  readonly places: readonly URL[];
  /** Whether it is called from this machine alone. */
  readonly isLocal: boolean;
}

/** Where a coordinator listens, and what it is called. */
export interface Place {
  readonly host: string;
  readonly publicUrls: PublicUrls;
}

/** Whether a coordinator is for this machine alone. A public address of another name leads others here, through a proxy or a tunnel. */
export const isForThisMachine = ({ host, publicUrls }: Place): boolean =>
  isLoopback(host) && publicUrls.areLocal;

/** The addresses by which others call a coordinator: its public ones, or else those of the machine. */
export function placesOf({ host, publicUrls }: Place, port: number, isSecure: boolean): readonly URL[] {
  if (publicUrls.urls.length > 0) return publicUrls.urls;
  return reachableHosts(host).map((name) => new URL(urlOf(isSecure ? 'https' : 'http', name, port)));
}

/** The links of the page that lets a browser tab join. Secrets stand in the fragment, which browsers send to nobody. */
export const joinLinks = ({ places, tokens }: Listening): readonly string[] =>
  places.map(({ href }) => href + fragmentOf(tokens.worker));

/** The commands that add a worker, ready to paste: on this machine, and on others, where they can reach it. */
export function joinCommands(listening: Listening): {
  readonly here: readonly string[];
  readonly elsewhere: readonly string[];
} {
  const { places, tokens, tls, isLocal } = listening;
  // A secret that is only named is taken from where it was given.
  const token = tokens.worker === 'LOCKSTEP_TOKEN' ? '$LOCKSTEP_TOKEN' : tokens.worker;
  const partsFor = (url: string): CommandParts => ({
    token,
    certificate: tls?.fingerprint !== undefined && url.startsWith('wss:') ? tls.file : undefined,
  });
  const near = nearUrl(listening);
  return {
    here: [commandHere(near, partsFor(near))],
    elsewhere: isLocal
      ? []
      : places.map((place) => workerUrl(place)).map((url) => commandInClone(url, partsFor(url))),
  };
}

/** The address that a worker is given, as short as it goes. */
function workerUrl({ protocol, host, pathname }: URL): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${pathname === '/' ? '' : pathname}`;
}

/**
 * The address for workers of this machine: the shortest way, but for a certificate of others, which is for a public name.
 */
export function nearUrl({ host, port, tls, places }: Listening): string {
  const [first] = places;
  if (tls !== undefined && tls.fingerprint === undefined && first !== undefined) return workerUrl(first);
  return urlOf(tls ? 'wss' : 'ws', localHost(host), port);
}

/** The dashboard's links: the administrator's, which are for this terminal alone, and the viewers'. */
export function dashboardLinks({ places, tokens }: Listening): {
  readonly admin: readonly string[];
  readonly viewer: readonly string[];
} {
  const pages = places.map(({ href }) => `${href}dashboard`);
  return {
    admin: pages.map((page) => page + fragmentOf(tokens.admin, 'admin')),
    viewer: pages.map((page) => page + fragmentOf(tokens.viewer)),
  };
}

/** What people need to know of a certificate that nobody signed. */
export const describeCertificate = ({ file, fingerprint }: Pick<ServerTls, 'file' | 'fingerprint'>): string =>
  `${describeFingerprint({ fingerprint })}\nworkers trust it by the file, which another machine needs a copy of:\n  ${file}`;

/** The same for those who only look, with a browser. */
export const describeFingerprint = ({ fingerprint }: Pick<ServerTls, 'fingerprint'>): string =>
  `the certificate is self-signed, so browsers warn: compare its sha256 fingerprint before you go on\n  ${fingerprint}`;

const fragmentOf = (token: string | undefined, name = 'token'): string =>
  token === undefined ? '' : `#${name}=${encodeURIComponent(token)}`;
