import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { ToxicPipe } from './toxic-pipe.ts';

/** What is done to the bytes of one direction. */
export interface Toxics {
  /** Every byte arrives so much later, give or take the jitter; never before the one it follows. */
  latencyMs: number;
  jitterMs: number;
  /** 0: no limit. */
  bytesPerSecond: number;
  /** Bytes of a write; 0: as they came. */
  sliceBytes: number;
  /** Nothing passes, not even the end of the connection, until this is off again: then all of it does. */
  isBlackHole: boolean;
  /** The end of the connection arrives so much later. */
  slowCloseMs: number;
}

/** A line that does nothing to what it carries. */
export const harmless = (): Toxics => ({
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: 0,
  sliceBytes: 0,
  isBlackHole: false,
  slowCloseMs: 0,
});

interface Link {
  readonly near: Socket;
  readonly far: Socket;
  readonly up: ToxicPipe;
  readonly down: ToxicPipe;
}

/**
 * A TCP relay on the loopback interface that treats its traffic badly. `up` is what clients send, `down` what they get; both
 * may be changed at any time and count for what arrives from then on.
 */
export class ToxicProxy {
  readonly up = harmless();
  readonly down = harmless();
  readonly #server: Server;
  readonly #links = new Set<Link>();
  /** Connections made so far. */
  accepted = 0;

  private constructor(targetPort: () => number, random: () => number) {
    this.#server = createServer({ allowHalfOpen: true }, (near) => {
      this.accepted++;
      const far = connect({ port: targetPort(), host: '127.0.0.1', allowHalfOpen: true });
      for (const socket of [near, far]) socket.setNoDelay(true);
      const link: Link = {
        near,
        far,
        up: new ToxicPipe(near, far, this.up, random),
        down: new ToxicPipe(far, near, this.down, random),
      };
      this.#links.add(link);
      let open = 2;
      for (const socket of [near, far]) socket.once('close', () => --open === 0 && this.#links.delete(link));
    });
  }

  /** @param targetPort asked for every connection, so that a server may come back elsewhere */
  static async open(targetPort: () => number, random: () => number = Math.random): Promise<ToxicProxy> {
    const proxy = new ToxicProxy(targetPort, random);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#links.size;
  }

  /** Lets `bytes` more of what clients send through, on every open connection, then resets both of its sides. */
  resetAfter(bytes: number): Promise<void> {
    const cut = [...this.#links].map(
      (link) =>
        new Promise<void>((resolve) =>
          link.up.afterBytes(bytes, () => {
            link.near.resetAndDestroy();
            link.far.resetAndDestroy();
            resolve();
          }),
        ),
    );
    return Promise.all(cut).then(() => undefined);
  }

  /** Nothing passes, until `heal`. */
  blackHole(...directions: readonly ('up' | 'down')[]): void {
    for (const direction of directions) this[direction].isBlackHole = true;
  }

  /** What was held back passes now. */
  heal(): void {
    for (const direction of [this.up, this.down]) direction.isBlackHole = false;
    for (const link of this.#links) {
      link.up.wake();
      link.down.wake();
    }
  }

  async close(): Promise<void> {
    for (const { near, far } of this.#links) {
      near.destroy();
      far.destroy();
    }
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
