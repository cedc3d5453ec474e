import { cleanName } from '@lockstep/protocol';
import { ConnectFailure } from './connect-failure.ts';

/** An HTTP answer in place of a WebSocket. */
export interface HttpAnswer {
  readonly status: number;
  readonly location: string | undefined;
  /** The beginning of its text, where it is plain. */
  readonly text: string;
}

export interface Asked {
  /** For people, with the port. */
  readonly host: string;
  /** Without a query. */
  readonly path: string;
  readonly hasCredentials: boolean;
}

/** Longest part of an answer's text that is passed on. */
const MOST_CHARACTERS = 160;

/** What an HTTP answer in place of a WebSocket means, and what to do. */
export function failureOfAnswer(
  { status, location, text }: HttpAnswer,
  { host, path, hasCredentials }: Asked,
): ConnectFailure {
  const said = cleanName(text, MOST_CHARACTERS);
  const why = said === '' ? String(status) : `${status}: ${said}`;
  const lasting = (words: string): ConnectFailure => new ConnectFailure('answer', words);
  const passing = (words: string): ConnectFailure => new ConnectFailure('busy', words);
  if (status >= 300 && status < 400) {
    return lasting(
      `${host} sends everybody elsewhere (${status}): give ${placeOf(location, host)} as the address`,
    );
  }
  switch (status) {
    case 401:
    case 407:
      return lasting(
        hasCredentials
          ? `${host} does not take the name and password of the address (${status}): check both`
          : `${host} asks for a name and a password (${status}): give them as ws://NAME:PASSWORD@HOST, with wss:// where TLS is`,
      );
    case 403:
      return lasting(
        `${host} refuses this connection (${why}): call the coordinator by an address or a name that it knows; --public-url tells it one`,
      );
    case 404:
    case 410:
      return lasting(
        `there is nothing at ${path} of ${host} (${status}): give the path under which a proxy passes to the coordinator, or the coordinator's own port`,
      );
    case 426:
      return lasting(
        `${host} was not asked for a WebSocket, although this worker asks for one (${why}): a proxy on the way has to pass Upgrade on; docs/proxies.md has the lines that it needs`,
      );
    case 429:
      return passing(`${host} has been asked too often (${why})`);
    case 502:
    case 504:
      return passing(`a proxy at ${host} does not reach the coordinator (${status}): is it running?`);
    case 503:
      return passing(`${host} takes no connection now (${why})`);
    case 408:
    case 425:
      return passing(`${host} did not take the request (${why})`);
  }
  if (status >= 500) return passing(`what listens at ${host} has failed (${why})`);
  if (status < 300) {
    return lasting(
      `${host} answers with a page and not with a WebSocket (${status}): is this the coordinator's port? a proxy has to pass Upgrade on`,
    );
  }
  return lasting(`${host} takes no WebSocket (${why}): is this the coordinator's port?`);
}

/** Where a redirection points, as an address for a worker and without what may be secret. */
function placeOf(location: string | undefined, host: string): string {
  const base = `http://${host}`;
  if (location === undefined || !URL.canParse(location, base)) return 'the place that it names';
  const { protocol, host: other, pathname } = new URL(location, base);
  const scheme = protocol === 'https:' || protocol === 'wss:' ? 'wss' : 'ws';
  return `${scheme}://${cleanName(other + (pathname === '/' ? '' : pathname), MOST_CHARACTERS)}`;
}
