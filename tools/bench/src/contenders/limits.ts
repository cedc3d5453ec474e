import type { Contender } from '../benchmark-case.ts';
import type { Transport } from '../loopback/line.ts';
import { Rounds } from '../loopback/rounds.ts';
import { timed } from '../timing.ts';
import { openBackend, type Kernels } from './kernels.ts';

const GIGABYTE = 1e9;
/** Larger than any cache. */
const BYTES = 256 * 1024 * 1024;

/** How quickly memory is copied, on one thread; each byte is read and written once. */
export const memoryCopy = (name: string): Contender => ({
  name,
  open: async () => {
    const from = Buffer.alloc(BYTES, 1);
    const to = Buffer.alloc(BYTES, 2);
    const milliseconds = timed(() => void from.copy(to));
    return { measure: async () => ({ value: rate(BYTES, milliseconds()) }) };
  },
});

/** How quickly memory is read, by the checksum of a tensor. */
export const checksumRate = (name: string, kernels: Kernels): Contender => ({
  name,
  open: async () => {
    const backend = await openBackend(kernels, BYTES + 1024 * 1024);
    const tensor = backend.allocate(BYTES / Float32Array.BYTES_PER_ELEMENT - 64).fill(1);
    const milliseconds = timed(() => void backend.checksum(tensor));
    return {
      detail: backend.description,
      measure: async () => ({ value: rate(tensor.byteLength, milliseconds()) }),
    };
  },
});

const rate = (bytes: number, milliseconds: number): number => (bytes / GIGABYTE / milliseconds) * 1000;

/** A round over loopback: as many bytes to a client as it sends back. */
export const loopbackRound = (name: string, transport: Transport, bytes: number): Contender => ({
  name,
  open: async () => {
    const rounds = await Rounds.open({ transport, clients: 1, bytesOut: bytes, bytesIn: bytes });
    await rounds.measure();
    return {
      close: () => rounds.close(),
      measure: async () => ({ value: (await rounds.measure()).millis }),
    };
  },
});
