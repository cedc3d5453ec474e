export { checksum } from './checksum';
export {
  add,
  addBias,
  axpy,
  divide,
  isAllFinite,
  lookup,
  scale,
  sgd,
  sigmoidBackward,
  subtract,
} from './elementwise';
export { gradientWorkspace, matmul, matmulTransposed, matmulWorkspace, weightGradient } from './product';
export { addBiasSigmoid, sigmoid } from './sigmoid';
export { biasGradient, squaredErrorSum, sumWorkspace } from './sums';
