import type { f32, PerColumn, Scalar } from './forms.ts';

const fround = Math.fround;

/** a + b. */
export function add(a: f32, b: f32): f32 {
  return fround(a + b);
}

/** y + bias. */
export function addBias(y: f32, bias: PerColumn): f32 {
  return fround(y + bias);
}

/** a - b. */
export function subtract(a: f32, b: f32): f32 {
  return fround(a - b);
}

/** a * b. */
export function multiply(a: f32, b: f32): f32 {
  return fround(a * b);
}

/** a * factor. */
export function scale(a: f32, factor: Scalar): f32 {
  return fround(a * factor);
}

/** a / divisor. */
export function divide(a: f32, divisor: Scalar): f32 {
  return fround(a / divisor);
}

/** y + alpha * x. */
export function axpy(y: f32, alpha: Scalar, x: f32): f32 {
  const product = fround(alpha * x);
  return fround(y + product);
}
