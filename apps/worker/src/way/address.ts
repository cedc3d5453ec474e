import { CommandError, EXIT } from '@lockstep/config';

/** Where a worker's coordinator is. */
export interface CoordinatorAddress {
  /** To connect to: no fragment, no name or password. */
  readonly url: string;
  /** For people and logs: without anything that may be a secret. */
  readonly shown: string;
  /** Of a link that was pasted. */
  readonly token: string | undefined;
  /** The header that shows a proxy the name and password of the address. */
  readonly authorization: string | undefined;
}

const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
  // The link for a browser, which names the same place.
  ['http:', 'ws:'],
  ['https:', 'wss:'],
]);

/** The bounds of `LOCKSTEP_TOKEN`. */
const [LEAST_LENGTH, MOST_LENGTH] = [16, 128];

/**
 * The address that a person gave, or the link that they pasted: `ws://host:7070`, `http://host:7070/#token=...`,
 * `wss://name:password@host/prefix/`.
 * @throws {CommandError} exit 2, in words that repeat no secret
 */
export function addressOf(text: string): CoordinatorAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url && SCHEMES.get(url.protocol);
  if (url === undefined || scheme === undefined || url.hostname === '') throw wrong(text);
  const parts = new URLSearchParams(url.hash.slice(1));
  if (parts.has('admin') || url.pathname.endsWith('/dashboard')) {
    throw new CommandError(
      EXIT.usage,
      `${shownOf(url)} is the link of a dashboard: workers take the address or the link to join that the coordinator printed`,
    );
  }
  const { username, password } = url;
  const credentials = `${decoded(username)}:${decoded(password)}`;
  const bare = new URL(url);
  bare.username = bare.password = bare.hash = '';
  return {
    url: bare.href.replace(/^[a-z]+:/, scheme),
    shown: shownOf(url).replace(/^[a-z]+:/, scheme),
    token: tokenOf(parts.get('token')),
    authorization:
      username + password === '' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

function tokenOf(token: string | null): string | undefined {
  if (token === null || token === '') return undefined;
  if (token.length >= LEAST_LENGTH && token.length <= MOST_LENGTH) return token;
  throw new CommandError(
    EXIT.usage,
    `the token of this link has ${token.length} characters, and tokens have ${LEAST_LENGTH} to ${MOST_LENGTH}: paste the whole link`,
  );
}

/** A query may be a secret of a proxy's. */
const shownOf = ({ protocol, host, pathname, search }: URL): string =>
  `${protocol}//${host}${pathname === '/' ? '' : pathname}${search === '' ? '' : '?...'}`;

function wrong(text: string): CommandError {
  const isBare = /^[\w.-]+(:\d+)?(\/|$)/.test(text) || /^\[[0-9a-f:.]+\]/i.test(text);
  const remedy = isBare ? `ws://${withoutSecrets(text)}` : 'one such as ws://127.0.0.1:7070';
  return new CommandError(
    EXIT.usage,
    `${JSON.stringify(withoutSecrets(text))} is no coordinator's address: give ${remedy}`,
  );
}

const withoutSecrets = (text: string): string =>
  text
    .replace(/[#?].*$/s, '')
    .replace(/^([^/]*\/\/)?[^/]*@/, '$1')
    .slice(0, 200);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone percent sign stands for itself.
    return part;
  }
}
