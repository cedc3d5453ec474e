import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { HTTP_REFUSALS, type Refusal } from '../door/refusals.ts';
import type { PublicUrls } from './public-urls.ts';

/** By what this coordinator may be called. */
export interface OwnNames {
  /** What it listens on. */
  readonly host: string;
  readonly publicUrls: PublicUrls;
}

/** Where a request goes, or why it goes nowhere. */
export type Judgement =
  /** `path` begins with a slash, or is empty for a prefix whose slash is missing; `query` with its question mark. */
  | { readonly path: string; readonly query: string; readonly refusal?: undefined }
  | { readonly refusal: Refusal };

/** Longest piece of a stranger's text that an answer repeats. */
const MOST_SHOWN = 100;

/**
 * Whose request it is. Pages of other sites may open WebSockets to this one: a browser's `Origin` must be the very server that it
 * calls, or a public address of this one, which a proxy may have called by another name. And a name that a stranger's DNS points
 * here is refused: `Host` is an address, localhost, what this coordinator listens on, or the name of a public address. Its port says
 * nothing, and proxies lose it.
 * @param origin of the page that asks; undefined where it does not matter: files of pages are for everybody, and browsers ask for some
 *   of them with an `Origin`
 */
export function judgeRequest(
  request: IncomingMessage,
  { host, publicUrls }: OwnNames,
  origin: string | undefined,
): Judgement {
  const target = targetOf(request);
  if (target === undefined) return { refusal: HTTP_REFUSALS.badRequest };
  const { authority, path, query } = target;
  const place = placeOf(authority);
  // Before HTTP/1.1 nobody had to name a host.
  if (place === undefined && (authority !== '' || request.httpVersion === '1.1')) {
    return { refusal: { ...HTTP_REFUSALS.badRequest, reason: 'one Host line with a valid name is needed' } };
  }
  const name = place?.hostname ?? '';
  const isOurs =
    isIP(name.replace(/^\[|\]$/g, '')) !== 0 ||
    ['localhost', host.toLowerCase()].includes(name) ||
    publicUrls.hasName(name);
  if (!isOurs) return { refusal: foreign(`this coordinator is not called ${shown(authority) || 'nothing'}`) };
  if (origin !== undefined && !isOwnOrigin(origin, authority, publicUrls)) {
    return {
      refusal: foreign(`pages of ${shown(origin)} may not connect to ${shown(authority)}`, origin),
    };
  }
  return { path: publicUrls.pathHere(path), query };
}

/** Where a request goes, whatever it calls this coordinator; '' where that cannot be told. */
export function pathOf(request: IncomingMessage, { publicUrls }: Pick<OwnNames, 'publicUrls'>): string {
  return publicUrls.pathHere(targetOf(request)?.path ?? '');
}

/** The target of a request, in any of the forms that HTTP/1.1 knows; undefined where it cannot be told whom it is for. */
function targetOf({
  url = '/',
  rawHeaders,
  headers,
}: IncomingMessage):
  { readonly authority: string; readonly path: string; readonly query: string } | undefined {
  const hostLines = rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host');
  if (hostLines.length > 1) return undefined;
  const isAbsolute = /^https?:\/\//i.test(url);
  const [, authority = headers.host ?? '', rest = url] = isAbsolute
    ? (/^[a-z]+:\/\/([^/?#]*)(.*)$/i.exec(url) ?? [])
    : [];
  const [path = '', ...query] = rest.split('?');
  return {
    authority,
    // A proxy that puts a prefix and a path together may leave both their slashes.
    path: path.replace(/^\/*/, '/'),
    query: query.length === 0 ? '' : `?${query.join('?')}`,
  };
}

/** Host and port, in one spelling; undefined for what is neither. */
function placeOf(authority: string, scheme = 'http'): URL | undefined {
  const text = authority.replace(/\.(?=:\d+$|$)/, '');
  return /^[^\s/?#@\\]+$/.test(text) && URL.canParse(`${scheme}://${text}`)
    ? new URL(`${scheme}://${text}`)
    : undefined;
}

function isOwnOrigin(origin: string, authority: string, publicUrls: PublicUrls): boolean {
  const [, scheme, place = ''] = /^(https?):\/\/(.*)$/i.exec(origin) ?? [];
  const page = scheme === undefined ? undefined : placeOf(place, scheme);
  if (page === undefined) return false;
  return (
    publicUrls.hasOrigin(page.origin) || page.host === placeOf(authority, page.protocol.slice(0, -1))?.host
  );
}

/** With the remedy. @param address that may be this coordinator's after all */
function foreign(what: string, address = 'http://NAME:PORT'): Refusal {
  return {
    ...HTTP_REFUSALS.foreign,
    reason: `${what}; if that is its address, start it with --public-url ${shown(address)}/`,
  };
}

/** A stranger's text, fit to be printed. */
const shown = (text: string): string => text.slice(0, MOST_SHOWN).replace(/[^\w.:/[\]-]/g, '?');
