import type { Backend } from '@lockstep/math';

/** The gradient that the threads of the test share. */
export const SHAPE = { k: 61, n: 37, leafRows: 8 };
export const ROWS = 83;
/** Rows and columns of the product that every thread computes on arrays of its own. */
export const PRIVATE = 70;

/** The shared tensors, in the order that every thread allocates them in. */
export const allocateShared = (
  backend: Backend,
): { readonly x: Float32Array; readonly a: Float32Array; readonly out: Float32Array } => ({
  x: backend.allocate(ROWS * SHAPE.k),
  a: backend.allocate(ROWS * SHAPE.n),
  out: backend.allocate(SHAPE.k * SHAPE.n),
});

/** The rows of the gradient that are a thread's. */
export const rowRangeOf = (
  thread: number,
  threads: number,
): { readonly first: number; readonly last: number } => ({
  first: Math.floor((SHAPE.k * thread) / threads),
  last: Math.floor((SHAPE.k * (thread + 1)) / threads),
});
