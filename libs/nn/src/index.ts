export { evaluate, type Evaluation, type EvaluationSetup } from './evaluate.ts';
export {
  digestOfSections,
  goldenDigest,
  goldenSections,
  GOLDEN_DIGEST,
  type GoldenSection,
} from './golden.ts';
export { initialWeights } from './initial-weights.ts';
export { layoutOf, viewOf, type ParameterLayout, type TensorSlot } from './layout.ts';
export { layersOf, MAX_UNITS, type Activation, type LayerSpec, type ModelSpec } from './model.ts';
export { NetworkError, type NetworkErrorCode } from './network-error.ts';
export { heapBytesFor, memoryFor, type MemoryNeed } from './memory.ts';
export { Network, shareBound, type NetworkBuffers } from './network.ts';
export { sgdStep, type SgdStep } from './optimizer.ts';
