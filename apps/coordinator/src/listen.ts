import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { CommandError, EXIT } from '@lockstep/config';
import type { PortChoice } from './identity/port-choice.ts';

export interface ListenSetup {
  readonly host: string;
  readonly ports: PortChoice;
  warn(text: string): void;
  /** Taken before; left out, a port is looked for now. */
  readonly reserved?: ReservedPort;
}

/** A port that is this process's, before there is anybody who answers there. */
export interface ReservedPort {
  readonly port: number;
  /** From here on `http` answers, also those who came meanwhile. */
  handOver(http: HttpServer): Promise<void>;
  /** Gives it back, unless it was handed over. */
  release(): void;
}

/** Connections that wait for the server behind a port that is reserved. */
const MOST_WAITING = 256;

/**
 * Takes a port before anything is written that a start without a port must not write.
 * @throws {CommandError} when none can be had, with the remedy
 */
export async function reservePort(setup: ListenSetup): Promise<ReservedPort> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    if (waiting.size === MOST_WAITING) return void socket.destroy();
    // Who goes again before there is anybody who answers is forgotten, however it goes.
    socket.on('error', ignore).once('close', () => waiting.delete(socket));
    waiting.add(socket);
  });
  const port = await listenAtChoice(server, setup);
  let isHandedOver = false;
  return {
    port,
    async handOver(http) {
      isHandedOver = true;
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(server, () => {
          http.off('error', reject);
          resolve();
        });
      });
      for (const socket of waiting) {
        waiting.delete(socket);
        socket.off('error', ignore);
        http.emit('connection', socket);
      }
    },
    release() {
      if (!isHandedOver) server.close();
      for (const socket of waiting) socket.destroy();
    },
  };
}

const ignore = (): void => undefined;

/** @returns the port it listens on @throws {CommandError} when none can be had, with the remedy */
export async function listen(http: HttpServer, setup: ListenSetup): Promise<number> {
  if (setup.reserved === undefined) return listenAtChoice(http, setup);
  await setup.reserved.handOver(http);
  return setup.reserved.port;
}

async function listenAtChoice(http: Server, { host, ports, warn }: ListenSetup): Promise<number> {
  const { first, isOfLastStart, otherwise } = ports;
  try {
    return await listenOn(http, host, first);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE' || otherwise === undefined) {
      throw new CommandError(EXIT.failed, remedyFor(error, host, first, isOfLastStart), { cause: error });
    }
  }
  const port = await listenOn(http, host, otherwise);
  warn(
    `port ${first}, where the last start of this run was, is in use: this one listens on ${port}; ` +
      'workers and pages that wait at the old one need the new address',
  );
  return port;
}

function listenOn(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      const address = http.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function remedyFor(error: unknown, host: string, port: number, isOfLastStart: boolean): string {
  const where = isOfLastStart ? `port ${port} of ${host}, where the last start of this run was,` : '';
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: isOfLastStart
      ? `${where} is in use: end what listens there, or give --port 0 for any free one`
      : `port ${port} of ${host} is in use: give another --port, or --port 0 for any free one`,
    EADDRNOTAVAIL: `${host} is no address of this machine: give another --host`,
    EACCES: `listening on port ${port} is not allowed: give a --port above 1023`,
    ENOTFOUND: `there is no host called ${host}: give an address of this machine as --host`,
  };
  return remedies[codeOf(error)] ?? `cannot listen on ${host}:${port}: ${(error as Error).message}`;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
