import { requireLookup } from '../shapes.ts';

const EXPONENT_BITS = 0x7f800000;

/** out[i] = table[bytes[i]]. @throws {ShapeError} */
export function lookup(out: Float32Array, bytes: Uint8Array, table: Float32Array): void {
  requireLookup(out, bytes, table);
  for (let i = 0; i < out.length; i++) out[i] = table[bytes[i]!]!;
}

/** Whether no exponent is all ones. */
export function isFinite(x: Float32Array): boolean {
  const words = new Uint32Array(x.buffer, x.byteOffset, x.length);
  for (const word of words) {
    if ((word & EXPONENT_BITS) === EXPONENT_BITS) return false;
  }
  return true;
}
