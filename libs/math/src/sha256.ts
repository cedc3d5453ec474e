import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** What is used of `node:crypto`. */
interface NodeCrypto {
  createHash(algorithm: 'sha256'): { update(bytes: Uint8Array): { digest(encoding: 'hex'): string } };
}

/** Node's own is twelve times as fast, which counts when a checkpoint is written between two steps. */
const crypto = (
  globalThis as { process?: { getBuiltinModule?(name: string): NodeCrypto | undefined } }
).process?.getBuiltinModule?.('node:crypto');

/** The SHA-256 of `bytes` as 64 lower-case hex digits. */
export const sha256Hex = (bytes: Uint8Array): string =>
  crypto === undefined ? bytesToHex(sha256(bytes)) : crypto.createHash('sha256').update(bytes).digest('hex');

/**
 * The identity of a run's weights: SHA-256 over exactly `weights.length` * 4 little-endian bytes, as 64 hex digits.
 * Typed arrays are little-endian on every machine that runs WebAssembly, so the buffer's own bytes are hashed.
 */
export const weightsSha256 = (weights: Float32Array): string =>
  sha256Hex(new Uint8Array(weights.buffer, weights.byteOffset, weights.length * 4));

/** The identity of a moving average of weights: SHA-256 over exactly `average.length` * 8 little-endian bytes. */
export const averageSha256 = (average: Float64Array): string =>
  sha256Hex(new Uint8Array(average.buffer, average.byteOffset, average.byteLength));
