import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWorkload, type WorkloadServer } from './workload-server.ts';

let folder = '';
let server: WorkloadServer;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-server-'));
  writeFileSync(path.join(folder, 'page.mjs'), 'export {};');
  writeFileSync(path.join(folder, 'secret.txt'), 'x');
  server = await serveWorkload(folder);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('the server of the workload', () => {
  it('serves the page and its modules, isolated only where it is asked to', async () => {
    for (const kind of ['plain', 'isolated'] as const) {
      const page = await fetch(server.address(kind));
      expect(page.headers.get('content-type')).toBe('text/html');
      expect(await page.text()).toContain('src="page.mjs"');
      const module = await fetch(`${server.address(kind)}page.mjs`);
      expect(module.headers.get('content-type')).toBe('text/javascript');
      expect(await module.text()).toBe('export {};');
      const policy = module.headers.get('cross-origin-embedder-policy');
      expect(policy).toBe(kind === 'isolated' ? 'require-corp' : null);
    }
  });

  it('listens on the loopback interface alone', () => {
    expect(new URL(server.address('plain')).hostname).toBe('127.0.0.1');
  });

  it.each(['', 'plain', 'plain/none.mjs', 'plain/secret.txt', 'plain/%2e%2e/page.mjs', 'other/page.mjs'])(
    'has nothing at /%s',
    async (place) => {
      const { origin } = new URL(server.address('plain'));
      expect((await fetch(`${origin}/${place}`)).status).toBe(404);
    },
  );
});
