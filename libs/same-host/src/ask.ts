import type { IncomingHttpHeaders } from 'node:http';

/** What a worker sends with its upgrade to say that it takes memory of this machine. */
const HEADER = 'lockstep-memory';

/** Turns it off where it is `off`: at the worker, which then does not ask, or at the coordinator, which does not offer. */
const VARIABLE = 'LOCKSTEP_SHARED_MEMORY';

const isOn = (): boolean => process.env[VARIABLE] !== 'off';

const isLoopbackAddress = (address: string): boolean =>
  /^(::ffff:)?127(\.\d+){3}$|^(\[?::1\]?|localhost)$/.test(address);

/** Headers for the upgrade request to the coordinator at `url`. */
export const memoryHeaders = (url: string): Record<string, string> =>
  isOn() && isLoopbackAddress(new URL(url).hostname) ? { [HEADER]: 'shared' } : {};

/** Whether whoever sent these headers from `address` takes memory of this machine. */
export const asksForMemory = (headers: IncomingHttpHeaders, address: string): boolean =>
  isOn() && headers[HEADER] === 'shared' && isLoopbackAddress(address);
