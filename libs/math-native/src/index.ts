export { createNodeBackend } from './create-node-backend.ts';
export { keepToCore } from './keep-to-core.ts';
export { describeNativeKernels } from './library.ts';
