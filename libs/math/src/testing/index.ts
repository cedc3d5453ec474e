export { describeBackend } from './describe-backend.ts';
export { describeSharedMemory } from './describe-shared-memory.ts';
export { firstDifference } from './same-bits.ts';
export { numbersOf } from './tensors.ts';
export { withOperation } from './with-operation.ts';
