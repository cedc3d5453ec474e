export { createNodeBackend } from './create-node-backend.ts';
export { describeNativeKernels } from './library.ts';
