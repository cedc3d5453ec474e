import { sha256Hex, type Backend } from '@lockstep/math';
import { KERNEL_PARTS, type GoldenPart } from './golden-kernels.ts';
import { TRAINING_PARTS } from './golden-training.ts';

/** What `goldenDigest` gives on every engine and backend that keeps the contract `exact-1`. */
export const GOLDEN_DIGEST = '7c84955a3141a936427c6f326cf553011b539dc82b14895ae2fa3e93c7118e66';

/** The sha256 of what one part of the golden workload computes, as 64 hex digits. */
export interface GoldenSection {
  /** A kernel's name, or what is trained. */
  readonly name: string;
  readonly digest: string;
}

/**
 * The digests of a fixed workload, part by part: every kernel on awkward shapes and numbers (subnormals, zeros of both signs,
 * halfway cases), in vectors and their tails, then a whole step of training, then a hundred steps of a small network. A section
 * that differs from another engine's names the kernel that computes other bits.
 */
export const goldenSections = (backend: Backend): readonly GoldenSection[] =>
  [...KERNEL_PARTS, ...TRAINING_PARTS].map((part) => ({ name: part.name, digest: digestOf(part, backend) }));

/** The sha256 over all sections: one line each, its name and its digest. */
export function digestOfSections(sections: readonly GoldenSection[]): string {
  const lines = sections.map(({ name, digest }) => `${name} ${digest}\n`);
  return sha256Hex(Uint8Array.from(lines.join(''), (character) => character.charCodeAt(0)));
}

/**
 * The digest of all sections. A worker proves with it that it computes this contract's bits; it takes some milliseconds.
 * Needs 8 MiB of a backend's memory.
 */
export const goldenDigest = (backend: Backend): string => digestOfSections(goldenSections(backend));

function digestOf({ run }: GoldenPart, backend: Backend): string {
  const results: Uint8Array[] = [];
  run(backend, (tensor) => {
    results.push(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength).slice());
  });
  return sha256Hex(concatenate(results));
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
