import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Site } from '@lockstep/browsers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindsOfPage, serveWorkload } from './workload-site.ts';

let folder = '';
let site: Site;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-server-'));
  writeFileSync(path.join(folder, 'page.mjs'), 'export {};');
  writeFileSync(path.join(folder, 'secret.txt'), 'x');
  site = await serveWorkload(folder);
});
afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

describe('the site of the workload', () => {
  it('serves the page and its modules, isolated only where it is asked to', async () => {
    for (const kind of kindsOfPage) {
      const page = await fetch(site.address + kind);
      expect(page.headers.get('content-type')).toBe('text/html');
      expect(await page.text()).toContain('src="page.mjs"');
      const module = await fetch(`${site.address}${kind}page.mjs`);
      expect(module.headers.get('content-type')).toBe('text/javascript');
      expect(await module.text()).toBe('export {};');
      const policy = module.headers.get('cross-origin-embedder-policy');
      expect(policy).toBe(kind === '/isolated/' ? 'require-corp' : null);
    }
  });

  it('listens on the loopback interface alone', () => {
    expect(new URL(site.address).hostname).toBe('127.0.0.1');
  });

  it.each(['', 'plain', 'plain/none.mjs', 'plain/secret.txt', 'plain/%2e%2e/page.mjs', 'other/page.mjs'])(
    'has nothing at /%s',
    async (place) => {
      expect((await fetch(`${site.address}/${place}`)).status).toBe(404);
    },
  );
});
