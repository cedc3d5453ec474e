import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);
const ANY = new Set(['0.0.0.0', '::']);

/** Whether only this machine can reach `host`. */
export const isLoopback = (host: string): boolean => LOOPBACK.has(host) || host.startsWith('127.');

/** The addresses under which workers reach a coordinator that listens on `host`. */
export function reachableHosts(host: string): readonly string[] {
  if (!ANY.has(host)) return [host];
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && address.family === 'IPv4')
    .map((address) => address.address);
  return others.length > 0 ? others : ['127.0.0.1'];
}

/** An address under which processes of this machine reach a coordinator that listens on `host`. */
export function localHost(host: string): string {
  if (!ANY.has(host)) return host;
  return isIPv6(host) ? '::1' : '127.0.0.1';
}

export type Scheme = 'ws' | 'http' | 'wss' | 'https';

export const urlOf = (scheme: Scheme, host: string, port: number): string =>
  `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
