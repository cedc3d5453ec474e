export { createNodeBackend } from './create-node-backend.ts';
export { keepToCore } from './keep-to-core.ts';
export { makeSharedMemory, mapSharedMemory, type SharedFile } from './shared-file.ts';
export { describeNativeKernels } from './library.ts';
export { loadInThread, NativeThread, threadData } from './native-thread.ts';
