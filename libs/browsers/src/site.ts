import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What lies at a path of a site. */
export interface Page {
  readonly body: string | Uint8Array;
  /** HTTP headers, `content-type` among them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Pages on the loopback interface. */
export interface Site {
  /** "http://127.0.0.1:40123" */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves `pages`, by path, to browsers of this machine and nobody else; every other path is not found. */
export async function serveSite(pages: ReadonlyMap<string, Page>): Promise<Site> {
  const server = createServer((request, response) => {
    const page = pages.get(request.url ?? '');
    response.writeHead(page === undefined ? 404 : 200, page?.headers);
    response.end(page?.body);
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
