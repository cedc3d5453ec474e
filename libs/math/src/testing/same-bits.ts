/** Where two tensors first differ, in words; undefined when they hold the same bits. Any NaN equals any other. */
export function firstDifference(actual: Float32Array, expected: Float32Array): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} elements instead of ${expected.length}`;
  const actualBits = bitsOf(actual);
  const expectedBits = bitsOf(expected);
  for (let i = 0; i < actual.length; i++) {
    if (actualBits[i] === expectedBits[i]) continue;
    if (Number.isNaN(actual[i]) && Number.isNaN(expected[i])) continue;
    return `element ${i} is ${describe(actual[i]!, actualBits[i]!)} instead of ${describe(expected[i]!, expectedBits[i]!)}`;
  }
  return undefined;
}

const bitsOf = (tensor: Float32Array): Uint32Array =>
  new Uint32Array(tensor.buffer, tensor.byteOffset, tensor.length);

const describe = (value: number, bits: number): string =>
  `${value} (0x${bits.toString(16).padStart(8, '0')})`;
