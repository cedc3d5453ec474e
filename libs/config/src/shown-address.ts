/** The parts of a `URL` that people may be shown. */
interface UrlParts {
  readonly protocol: string;
  readonly host: string;
  readonly pathname: string;
  readonly search: string;
}

/** An address for people and logs: no name or password, no fragment; a query may be a secret of a proxy's. */
export const shownAddress = ({ protocol, host, pathname, search }: UrlParts): string =>
  `${protocol}//${host}${pathname === '/' ? '' : pathname}${search === '' ? '' : '?...'}`;

const MOST_SHOWN = 200;

/**
 * What somebody gave as an address and is none, for people and logs: without name and password, whatever characters are in them,
 * without query and fragment; '...' where nobody can tell what of it is secret.
 */
export function withoutSecrets(text: string): string {
  const [, scheme = '', rest = ''] = /^((?:[a-z][a-z\d+.-]*)?:?\/\/)?(.*)$/is.exec(text) ?? [];
  const [at, mark] = [rest.lastIndexOf('@'), rest.search(/[#?]/)];
  // Of a password with such a mark in it, or of a token with an @.
  if (mark !== -1 && mark < at) return `${scheme}...`;
  return `${scheme}${rest.slice(at + 1, mark === -1 ? undefined : mark)}`.slice(0, MOST_SHOWN);
}
