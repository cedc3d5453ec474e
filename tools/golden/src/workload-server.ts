import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** The workload's page on the loopback interface. */
export interface WorkloadServer {
  /** Of the page. `isolated`: served with the headers that give it SharedArrayBuffer. */
  address(kind: 'plain' | 'isolated'): string;
  close(): Promise<void>;
}

const PAGE =
  '<!doctype html><link rel="icon" href="data:," /><title>golden</title><script type="module" src="page.mjs"></script>';

/** A page with these two headers is alone with its own kind, and so may share memory between its threads. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Serves the modules in `folder` to a browser on this machine, and nobody else. */
export async function serveWorkload(folder: string): Promise<WorkloadServer> {
  const server = createServer((request, response) => {
    const [, kind, name = ''] = /^\/(plain|isolated)\/((?:[a-z-]+\.mjs)?)$/.exec(request.url ?? '') ?? [];
    const file = path.join(folder, name);
    const isKnown = kind !== undefined && (name === '' || existsSync(file));
    response.writeHead(isKnown ? 200 : 404, {
      'content-type': name === '' ? 'text/html' : 'text/javascript',
      'cache-control': 'no-store',
      ...(kind === 'isolated' && ISOLATION),
    });
    if (!isKnown) response.end();
    else if (name === '') response.end(PAGE);
    else createReadStream(file).pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: (kind) => `http://127.0.0.1:${port}/${kind}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
