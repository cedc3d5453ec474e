import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** Pages of a test, on the loopback interface. */
export interface Site {
  /** "http://127.0.0.1:40123" */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves `pages` by path; every other path is not found. Their policy forbids `eval`, as Lockstep's own does. */
export async function serve(pages: Readonly<Record<string, string>>): Promise<Site> {
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    response.writeHead(page === undefined ? 404 : 200, {
      'content-type': 'text/html',
      'content-security-policy': "default-src 'self' 'unsafe-inline'; img-src data:; connect-src *",
    });
    response.end(page ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
