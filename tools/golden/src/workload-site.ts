import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { serveSite, type Page, type Site } from '@lockstep/browsers';

const PAGE =
  '<!doctype html><link rel="icon" href="data:," /><title>golden</title><script type="module" src="page.mjs"></script>';

/** A page with these two headers is alone with its own kind, and so may share memory between its threads. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Below these, the page without and with memory that its threads share. */
const kinds = { '/plain/': {}, '/isolated/': ISOLATION };
export const kindsOfPage = Object.keys(kinds) as (keyof typeof kinds)[];

/** Serves the modules in `folder`, and a page for each kind that loads them. */
export function serveWorkload(folder: string): Promise<Site> {
  const modules = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  const pages = new Map<string, Page>();
  for (const [prefix, isolation] of Object.entries(kinds)) {
    const headers = { 'cache-control': 'no-store', ...isolation };
    pages.set(prefix, { body: PAGE, headers: { 'content-type': 'text/html', ...headers } });
    for (const name of modules) {
      const body = readFileSync(path.join(folder, name));
      pages.set(prefix + name, { body, headers: { 'content-type': 'text/javascript', ...headers } });
    }
  }
  return serveSite(pages);
}
