/**
 * Numbers spread evenly between -`bound` and `bound`, the same for every contender: xorshift32 (Marsaglia 2003), of which
 * nothing is asked but variety.
 */
export function fillUniform(out: Float32Array, bound: number, seed: number): Float32Array {
  let state = seed | 0 || 1;
  for (let i = 0; i < out.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = (state / 2 ** 31) * bound;
  }
  return out;
}

/** One-hot labels of `rows` rows: row r is of class r modulo `classes`. */
export function fillOneHot(out: Float32Array, classes: number): Float32Array {
  out.fill(0);
  for (let row = 0; row * classes < out.length; row++) out[row * classes + (row % classes)] = 1;
  return out;
}

/** The sum of squares: a number that differs when any element does. */
export const fingerprint = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value * value, 0);
