import { requireBias, requireLookup, requireSameLength } from '../shapes.ts';
import { sigmoid as sigmoidOf } from './functions.ts';

const fround = Math.fround;
const EXPONENT_BITS = 0x7f800000;

/** y[r,j] = y[r,j] + bias[j]. @throws {ShapeError} */
export function addBias(y: Float32Array, bias: Float32Array, rows: number, n: number): void {
  requireBias('addBias', y, bias, rows, n);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < n; j++) y[row * n + j] = fround(y[row * n + j]! + bias[j]!);
  }
}

/** out[i] = sigmoid(y[i]). @throws {ShapeError} */
export function sigmoid(out: Float32Array, y: Float32Array): void {
  requireSameLength('sigmoid', out, y);
  for (let i = 0; i < out.length; i++) out[i] = sigmoidOf(y[i]!);
}

/** z[r,j] = sigmoid(z[r,j] + bias[j]). @throws {ShapeError} */
export function addBiasSigmoid(z: Float32Array, bias: Float32Array, rows: number, n: number): void {
  requireBias('addBiasSigmoid', z, bias, rows, n);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < n; j++) {
      const y = fround(z[row * n + j]! + bias[j]!);
      z[row * n + j] = sigmoidOf(y);
    }
  }
}

/** out[i] = dz[i] * (z[i] * (1 - z[i])). @throws {ShapeError} */
export function sigmoidBackward(out: Float32Array, dz: Float32Array, z: Float32Array): void {
  requireSameLength('sigmoidBackward', out, dz, z);
  for (let i = 0; i < out.length; i++) {
    const complement = fround(1 - z[i]!);
    const slope = fround(z[i]! * complement);
    out[i] = fround(dz[i]! * slope);
  }
}

/** out[i] = prediction[i] - label[i]. @throws {ShapeError} */
export function subtract(out: Float32Array, prediction: Float32Array, label: Float32Array): void {
  requireSameLength('subtract', out, prediction, label);
  for (let i = 0; i < out.length; i++) out[i] = fround(prediction[i]! - label[i]!);
}

/** out[i] = a[i] + b[i]. @throws {ShapeError} */
export function add(out: Float32Array, a: Float32Array, b: Float32Array): void {
  requireSameLength('add', out, a, b);
  for (let i = 0; i < out.length; i++) out[i] = fround(a[i]! + b[i]!);
}

/** out[i] = a[i] * float32(factor). @throws {ShapeError} */
export function scale(out: Float32Array, a: Float32Array, factor: number): void {
  requireSameLength('scale', out, a);
  const rounded = fround(factor);
  for (let i = 0; i < out.length; i++) out[i] = fround(a[i]! * rounded);
}

/** out[i] = a[i] / float32(divisor). @throws {ShapeError} */
export function divide(out: Float32Array, a: Float32Array, divisor: number): void {
  requireSameLength('divide', out, a);
  const rounded = fround(divisor);
  for (let i = 0; i < out.length; i++) out[i] = fround(a[i]! / rounded);
}

/** y[i] = y[i] + float32(alpha) * x[i]. @throws {ShapeError} */
export function axpy(y: Float32Array, alpha: number, x: Float32Array): void {
  requireSameLength('axpy', y, x);
  const rounded = fround(alpha);
  for (let i = 0; i < y.length; i++) {
    const product = fround(rounded * x[i]!);
    y[i] = fround(y[i]! + product);
  }
}

/**
 * out[i] = weights[i] - float32(learningRate) * (gradientSum[i] / float32(divisor)).
 * @returns whether every out[i] is finite @throws {ShapeError}
 */
export function sgd(
  out: Float32Array,
  weights: Float32Array,
  gradientSum: Float32Array,
  divisor: number,
  learningRate: number,
): boolean {
  requireSameLength('sgd', out, weights, gradientSum);
  const roundedDivisor = fround(divisor);
  const roundedRate = fround(learningRate);
  for (let i = 0; i < out.length; i++) {
    const gradient = fround(gradientSum[i]! / roundedDivisor);
    const change = fround(roundedRate * gradient);
    out[i] = fround(weights[i]! - change);
  }
  return isFinite(out);
}

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
