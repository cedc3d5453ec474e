import { readdirSync, readFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { extname } from 'node:path';

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

/** Serves the built pages of `apps/web`, which lie beside this app's own bundle. */
export function pageHandler(): RequestListener {
  const folder = new URL('../../web/dist/', import.meta.url);
  return (request, response) => {
    const path = (request.url ?? '/').split('?')[0]!;
    const name = Object.hasOwn(PAGES, path) ? PAGES[path]! : path.slice(1);
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'nothing here\n');
    // Names from the folder's listing alone: no path of a stranger's is ever opened.
    if (!filesIn(folder).includes(name)) {
      const isMissing = Object.values(PAGES).includes(name);
      return answer(
        response,
        404,
        isMissing ? 'the page is not built: run `npm run build`\n' : 'nothing here\n',
      );
    }
    const body = readFileSync(new URL(name, folder));
    // What lies in assets/ has its content's hash in its name.
    const caching = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    const type = CONTENT_TYPES[extname(name)] ?? 'application/octet-stream';
    response
      .writeHead(200, {
        ...HEADERS,
        ...{ 'Cache-Control': caching, 'Content-Type': type, 'Content-Length': body.length },
      })
      .end(body);
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain' }).end(text);
}

function filesIn(folder: URL): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
      name.replaceAll('\\', '/'),
    );
  } catch {
    return [];
  }
}
