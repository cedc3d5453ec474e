import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';

const CONTENT_TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8' } as const;

/** What the page is made of, by path. */
const FILES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/page.js': 'page.js',
  '/compute.js': 'compute.js',
};

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
} as const;

/** Serves the built page of `apps/web`, which lies beside this app's own bundle. */
export function pageHandler(): RequestListener {
  const folder = new URL('../../web/dist/', import.meta.url);
  return (request, response) => {
    const path = (request.url ?? '/').split('?')[0]!;
    const name = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
    if (name === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response
        .writeHead(name === undefined ? 404 : 405, { 'Content-Type': 'text/plain' })
        .end('nothing here\n');
      return;
    }
    const type = CONTENT_TYPES[name.endsWith('.html') ? 'html' : 'js'];
    try {
      const body = readFileSync(new URL(name, folder));
      response.writeHead(200, { ...HEADERS, 'Content-Type': type, 'Content-Length': body.length }).end(body);
    } catch {
      response
        .writeHead(404, { 'Content-Type': 'text/plain' })
        .end('the page is not built: run `npm run build`\n');
    }
  };
}
