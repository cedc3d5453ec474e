import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';

/** The line between a browser and a coordinator, in the test's hands: it can go dead, or be cut. */
export interface Line {
  /** The coordinator's address, over this line. */
  readonly url: string;
  /** From here on nothing comes through, and nobody is told. */
  freeze(): void;
  /** Breaks every connection, and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
}

const servers: Server[] = [];

/**
 * A line to the coordinator at `url`.
 * @param isOpen takes from every answer the headers that isolate a page from others, as a browser does over http in a LAN
 */
export async function lineTo(url: string, isOpen = false): Promise<Line> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        if (!isFrozen) (socket === near ? far : near).destroy();
      });
    }
    near.on('data', (bytes) => !isFrozen && far.write(bytes));
    far.on('data', (bytes) => !isFrozen && near.write(isOpen ? withoutIsolation(bytes) : bytes));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const over = new URL(url);
  over.port = String(port);
  const end = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: over.href,
    freeze: () => void (isFrozen = true),
    cut() {
      isCut = true;
      end();
    },
    mend() {
      if (isFrozen) end();
      isFrozen = isCut = false;
    },
  };
}

/** Of the same length: what is counted stays right. */
const withoutIsolation = (bytes: Buffer): Buffer =>
  Buffer.from(
    bytes.toString('latin1').replaceAll(/Cross-Origin-(?=Opener|Embedder)/g, 'Crxss-Xrigin-'),
    'latin1',
  );

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
