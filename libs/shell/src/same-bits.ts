/** Whether two tensors are equal bit for bit: NaNs are equal to themselves, zeros of different sign are not. */
export function haveSameBits(a: Float32Array, b: Float32Array): boolean {
  const wordsA = new Uint32Array(a.buffer, a.byteOffset, a.length);
  const wordsB = new Uint32Array(b.buffer, b.byteOffset, b.length);
  if (wordsA.length !== wordsB.length) return false;
  for (let index = 0; index < wordsA.length; index++) if (wordsA[index] !== wordsB[index]) return false;
  return true;
}
