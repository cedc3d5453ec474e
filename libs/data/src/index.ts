export * from './batch.ts';
export * from './data-error.ts';
export * from './dataset.ts';
export * from './idx.ts';
export * from './sampler.ts';
export * from './standardisation.ts';
export * from './streams.ts';
export * from './tree.ts';
