/**
 * What another implementation of `Backend` is made of: its memory, the checks of shapes, the ends of the checksum. The tests that
 * it must pass are in `@lockstep/math/testing`.
 */
export { CHECKSUM_LANES, checksumSeed, joinLanes } from './checksum.ts';
export { Heap, sharedHeapBytes, stagedBytes, type HeapOptions, type HeapShare } from './heap.ts';
export { OPERATION_NAMES, OPERATION_SHAPES, type OperationShape, requireOperation } from './operations.ts';
export { sharedHeap } from './shared-memory.ts';
export {
  requireBiasGradient,
  requireDimensions,
  requireLookup,
  requireProduct,
  requireRowRange,
  requireRows,
  requireSquaredErrorSum,
  requireWeightGradient,
} from './shapes.ts';
