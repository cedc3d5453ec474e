export type { Backend, BackendName } from './backend.ts';
export { cosPi } from './coefficients/cos-pi.ts';
export { log } from './coefficients/log.ts';
export { powInt } from './coefficients/pow-int.ts';
export { checksumOf, type TensorChecksum } from './checksum.ts';
export {
  type BackendOptions,
  type BackendProof,
  createBackend,
  type CreatedBackend,
} from './create-backend.ts';
export {
  BackendMemoryError,
  BackendUnavailableError,
  MathError,
  type MathErrorCode,
  ShapeError,
  SubnormalsError,
} from './errors.ts';
export type { OperationName } from './operations.ts';
export { exp } from './ops/exp.ts';
export { sigmoid } from './ops/sigmoid.ts';
export { Philox } from './philox.ts';
export { referenceBackend } from './reference/reference-backend.ts';
export {
  createSharedMemory,
  type SharedMemory,
  type SharedPlace,
  type SharedSizes,
} from './shared-memory.ts';
export { averageSha256, sha256Hex, weightsSha256 } from './sha256.ts';
export { assertSubnormals, provesSubnormals } from './subnormals.ts';
