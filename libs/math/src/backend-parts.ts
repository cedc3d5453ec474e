/**
 * What another implementation of `Backend` is made of: its memory, the checks of shapes, the ends of the checksum. The tests that
 * it must pass are in `@lockstep/math/testing`.
 */
export { CHECKSUM_LANES, checksumSeed, joinLanes } from './checksum.ts';
export { Heap, sharedHeapBytes, stagedBytes, type HeapOptions, type HeapShare } from './heap.ts';
export { sharedHeap } from './shared-memory.ts';
export {
  requireBias,
  requireBiasGradient,
  requireDimensions,
  requireLookup,
  requireProduct,
  requireRowRange,
  requireSameLength,
  requireSquaredErrorSum,
  requireWeightGradient,
} from './shapes.ts';
