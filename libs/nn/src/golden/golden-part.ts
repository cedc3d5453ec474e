import { sha256Hex, type Backend } from '@lockstep/math';

/** The numbers that a part of the golden workload computed, in order. */
export type Keep = (tensor: Float32Array | Float64Array) => void;

/** A named part of the golden workload. */
export interface GoldenPart {
  readonly name: string;
  readonly run: (backend: Backend, keep: Keep) => void;
}

/** The sha256 of what one part of the golden workload computes, as 64 hex digits. */
export interface GoldenSection {
  /** A kernel's name, what is trained, or a sort and one of its kinds: "operation adam", "loss huber". */
  readonly name: string;
  readonly digest: string;
}

/** The digest of each part. Which NaN a NaN is is not part of the contract: all count as one. */
export const sectionsOf = (parts: readonly GoldenPart[], backend: Backend): readonly GoldenSection[] =>
  parts.map((part) => ({ name: part.name, digest: digestOf(part, backend) }));

/** The sha256 over sections: one line each, its name and its digest. */
export function digestOfSections(sections: readonly GoldenSection[]): string {
  const lines = sections.map(({ name, digest }) => `${name} ${digest}\n`);
  return sha256Hex(Uint8Array.from(lines.join(''), (character) => character.charCodeAt(0)));
}

function digestOf({ run }: GoldenPart, backend: Backend): string {
  const results: Uint8Array[] = [];
  run(backend, (tensor) => results.push(bytesOf(tensor)));
  return sha256Hex(concatenate(results));
}

const NAN_BITS = 0x7fc00000;

/** A copy of the bytes, in which every NaN is the same. */
function bytesOf(tensor: Float32Array | Float64Array): Uint8Array {
  const copy = tensor.slice();
  if (copy instanceof Float32Array) {
    const words = new Uint32Array(copy.buffer);
    for (let i = 0; i < words.length; i++) if ((words[i]! & 0x7fffffff) > 0x7f800000) words[i] = NAN_BITS;
  } else {
    const halves = new Uint32Array(copy.buffer);
    copy.forEach((value, i) => {
      if (Number.isNaN(value)) halves.set([0, NAN_BITS | 0x00380000], 2 * i);
    });
  }
  return new Uint8Array(copy.buffer);
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
