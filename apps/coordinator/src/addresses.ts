import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);
const ANY = new Set(['0.0.0.0', '::']);

/** Whether only this machine can reach `host`. */
export const isLoopback = (host: string): boolean => LOOPBACK.has(host) || host.startsWith('127.');

/** The name this machine has for others, where it is none of its addresses (a container, a tunnel). */
export const publicHost = (): string | undefined => process.env['LOCKSTEP_PUBLIC_HOST'] || undefined;

/** The addresses under which workers reach a coordinator that listens on `host`. */
export function reachableHosts(host: string): readonly string[] {
  const name = publicHost();
  if (name !== undefined && !isLoopback(host)) return [name];
  if (!ANY.has(host)) return [host];
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && address.family === 'IPv4')
    .map((address) => address.address);
  return others.length > 0 ? others : ['127.0.0.1'];
}

export type Scheme = 'ws' | 'http' | 'wss' | 'https';

export const urlOf = (scheme: Scheme, host: string, port: number): string =>
  `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
