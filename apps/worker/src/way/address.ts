import { CommandError, EXIT, shownAddress, tokenIn, whyNoToken, withoutSecrets } from '@lockstep/config';

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

/**
 * The address that a person gave, or the link that they pasted: `ws://host:7070`, `http://host:7070/#token=...`,
 * `wss://name:password@host/prefix/`.
 * @throws {CommandError} exit 2, in words that repeat no secret
 */
export function addressOf(text: string): CoordinatorAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url && SCHEMES.get(url.protocol);
  if (url === undefined || scheme === undefined || url.hostname === '') throw wrong(text);
  // A plus sign stands for itself in a fragment, and is common in secrets; in a form it would be a blank.
  const parts = new URLSearchParams(url.hash.slice(1).replaceAll('+', '%2B'));
  if (parts.has('admin') || url.pathname.endsWith('/dashboard')) {
    throw new CommandError(
      EXIT.usage,
      `${shownAddress(url)} is the link of a dashboard: workers take the address or the link to join that the coordinator printed`,
    );
  }
  const { username, password } = url;
  const credentials = `${decoded(username)}:${decoded(password)}`;
  const bare = new URL(url);
  bare.username = bare.password = bare.hash = '';
  return {
    url: bare.href.replace(/^[a-z]+:/, scheme),
    shown: shownAddress(url).replace(/^[a-z]+:/, scheme),
    token: tokenOf(parts.get('token')),
    authorization:
      username + password === '' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

function tokenOf(text: string | null): string | undefined {
  const token = tokenIn(text ?? undefined);
  const why = token === undefined ? undefined : whyNoToken(token);
  if (why === undefined) return token;
  throw new CommandError(
    EXIT.usage,
    `the token of this link ${why}: paste the whole link, as it was printed`,
  );
}

function wrong(text: string): CommandError {
  const shown = withoutSecrets(text);
  const isBare = /^[\w-][\w.-]*(:\d+)?(\/|$)/.test(shown) || /^\[[0-9a-f:.]+\]/i.test(shown);
  const remedy = isBare ? `ws://${shown}` : 'one such as ws://127.0.0.1:7070';
  return new CommandError(EXIT.usage, `${JSON.stringify(shown)} is no coordinator's address: give ${remedy}`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone percent sign stands for itself.
    return part;
  }
}
