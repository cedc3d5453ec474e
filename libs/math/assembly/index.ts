export { checksum } from './checksum';
export { isAllFinite, lookup } from './elementwise';
export * from './operations.generated';
export { gradientWorkspace, matmul, matmulTransposed, matmulWorkspace, weightGradient } from './product';
export { rowDots, rowMaxima, rowSums, rowWorkspace } from './rows';
export { biasGradient, squaredErrorSum, sumWorkspace } from './sums';
