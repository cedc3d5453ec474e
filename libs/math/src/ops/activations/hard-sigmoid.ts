import type { f32 } from '../forms.ts';

const fround = Math.fround;

/** x + 3, kept between 0 and 6, divided by 6 (PyTorch's; Keras's and ONNX's lie on lines of other slopes). */
export function hardSigmoid(x: f32): f32 {
  const sum = fround(x + 3);
  const atLeast = sum < 0 ? 0 : sum;
  const bounded = atLeast > 6 ? 6 : atLeast;
  return fround(bounded / 6);
}

/** dz / 6 between -3 and 3, else 0, at both ends too (PyTorch's choice). */
export function hardSigmoidBackward(dz: f32, x: f32): f32 {
  const part = fround(dz / 6);
  const below = x < 3 ? part : 0;
  return x > -3 ? below : 0;
}
