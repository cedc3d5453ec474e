import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { rootFolder } from '../paths.ts';
import { median } from '../statistics.ts';
import { listen, type Line, type Listening, type Transport } from './line.ts';

/** Rounds of one measurement. */
const ROUNDS = 150;

export interface RoundOptions {
  readonly transport: Transport;
  readonly clients: number;
  /** Bytes of the message to each client. */
  readonly bytesOut: number;
  /** Bytes of the message from each client. */
  readonly bytesIn: number;
}

/** A server and clients in processes of their own (bench/echo), as bare as can be: no message is looked at. */
export class Rounds {
  readonly #server: Listening;
  readonly #clients: readonly ChildProcess[];
  readonly #lines: readonly Line[];
  readonly #message: Buffer;
  #missing = 0;
  #onAll: () => void = () => undefined;

  private constructor(
    server: Listening,
    clients: readonly ChildProcess[],
    lines: readonly Line[],
    bytesOut: number,
  ) {
    this.#server = server;
    this.#clients = clients;
    this.#lines = lines;
    this.#message = Buffer.alloc(bytesOut, 1);
    for (const line of lines) {
      line.onMessage(() => {
        if (--this.#missing === 0) this.#onAll();
      });
    }
  }

  static async open({ transport, clients: count, bytesOut, bytesIn }: RoundOptions): Promise<Rounds> {
    const server = await listen(transport, bytesIn);
    const clients: ChildProcess[] = [];
    const lines: Line[] = [];
    const args = [transport, server.port, bytesOut, bytesIn].map(String);
    while (lines.length < count) {
      const accepted = server.accept();
      clients.push(fork(path.join(rootFolder, 'tools/run.mjs'), ['bench/echo', ...args]));
      lines.push(await accepted);
    }
    return new Rounds(server, clients, lines, bytesOut);
  }

  /** The median time of a round to all clients and back, and this process's processor time for one. */
  async measure(): Promise<{ readonly millis: number; readonly cpuMillis: number }> {
    const times: number[] = [];
    const before = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      await this.#round();
      times.push(performance.now() - start);
    }
    const { user, system } = process.cpuUsage(before);
    return { millis: median(times), cpuMillis: (user + system) / 1000 / ROUNDS };
  }

  close(): void {
    for (const client of this.#clients) client.kill();
    this.#server.close();
  }

  #round(): Promise<void> {
    return new Promise((resolve) => {
      this.#missing = this.#lines.length;
      this.#onAll = resolve;
      for (const line of this.#lines) line.send(this.#message);
    });
  }
}
