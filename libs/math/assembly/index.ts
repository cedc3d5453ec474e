export {
  add,
  addBias,
  axpy,
  checksum,
  divide,
  isAllFinite,
  lookup,
  scale,
  sigmoidBackward,
  subtract,
} from './elementwise';
export { matmul, matmulTransposed, matmulWorkspace, productWorkspace, weightGradient } from './product';
export { sigmoid } from './sigmoid';
export { biasGradient, squaredErrorSum, sumWorkspace } from './sums';
