import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { PageFiles } from './door/page-files.ts';
import { answer } from './public/answer.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Paths without a file's name. */
const PAGES: Readonly<Record<string, string>> = { '/': 'index.html', '/dashboard': 'dashboard.html' };

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

const NOTHING =
  'nothing here; behind a proxy that keeps a path prefix, start the coordinator with it in --public-url';

/** Serves the built pages of `apps/web`, which lie beside this app's own bundle. */
export function pageHandler(
  folder = new URL('../../web/dist/', import.meta.url),
): (path: string, request: IncomingMessage, response: ServerResponse) => void {
  const files = new PageFiles(folder, () => performance.now());
  return (path, request, response) => {
    const name = Object.hasOwn(PAGES, path) ? PAGES[path]! : path.slice(1);
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'nothing here');
    const file = files.file(name);
    if (file === undefined) {
      const isMissing = Object.values(PAGES).includes(name);
      return answer(response, 404, isMissing ? 'the page is not built: run `npm run build`' : NOTHING);
    }
    const { body, etag } = file;
    // What lies in assets/ has its content's hash in its name.
    const caching = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    const headers = { ...HEADERS, 'Cache-Control': caching, ETag: etag };
    if (hasIt(request, etag)) return void response.writeHead(304, headers).end();
    const type = CONTENT_TYPES[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': body.length }).end(body);
  };
}

/** Whether whoever asks has that content already; a proxy that compresses marks its tag as a weak one. */
const hasIt = ({ headers }: IncomingMessage, etag: string): boolean =>
  (headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
