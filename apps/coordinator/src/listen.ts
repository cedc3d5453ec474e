import type { Server } from 'node:http';
import { CommandError, EXIT } from '@lockstep/config';
import type { PortChoice } from './identity/port-choice.ts';

export interface ListenSetup {
  readonly host: string;
  readonly ports: PortChoice;
  warn(text: string): void;
}

/** @returns the port it listens on @throws {CommandError} when none can be had, with the remedy */
export async function listen(http: Server, { host, ports, warn }: ListenSetup): Promise<number> {
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
