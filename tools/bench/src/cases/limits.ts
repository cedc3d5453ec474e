import type { BenchmarkCase } from '../benchmark-case.ts';
import { checksumRate, loopbackRound, memoryCopy } from '../contenders/limits.ts';

/** The weights of the small network, 784-512-256-10. */
const WEIGHT_BYTES = 4 * (785 * 512 + 513 * 256 + 257 * 10);

/** What this machine can do, whoever asks. */
export const limits: readonly BenchmarkCase[] = [
  {
    name: 'limit: memory, 256 MB on one thread',
    unit: 'GB/s',
    contenders: [
      memoryCopy('copied'),
      checksumRate('read, checksum in native', 'native'),
      checksumRate('read, checksum in wasm', 'wasm'),
    ],
    baseline: 'copied',
    mostRounds: 3,
  },
  {
    name: `limit: loopback, ${WEIGHT_BYTES} bytes to a process and as many back`,
    unit: 'ms/round',
    contenders: [
      loopbackRound('TCP', 'tcp', WEIGHT_BYTES),
      loopbackRound('WebSocket', 'websocket', WEIGHT_BYTES),
    ],
    baseline: 'TCP',
    mostRounds: 3,
  },
];
