import type { f32, PerColumn } from '../forms.ts';

const fround = Math.fround;

/** The larger of x and 0, by comparison: a NaN stays one. */
export function relu(x: f32): f32 {
  return x < 0 ? 0 : x;
}

/** relu(y + bias): what follows a matrix product, in one pass. */
export function addBiasRelu(y: f32, bias: PerColumn): f32 {
  return relu(fround(y + bias));
}

/** dz where z = relu(y) is above 0, and at a NaN; else 0, at y = 0 too (PyTorch's choice). */
export function reluBackward(dz: f32, z: f32): f32 {
  return z <= 0 ? 0 : dz;
}
