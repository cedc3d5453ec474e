/**
 * From a dataset's bytes to the rows of a step: IDX files to rows and labels, the seeded order of an epoch, mini-batches, their
 * leaves, and the fixed binary tree over the leaves along which every sum over rows is taken (contract, section 3). Also
 * standardisation, and what is odd or wrong about a dataset, in words.
 *
 * For all who have to agree on which row is where: coordinator, workers and single processes ask the same functions. Everything
 * follows from its arguments: a `Sampler` gives any step's rows directly, the tree is a function of the leaf count alone, and neither
 * ever changes, for a change would alter the bits of every run. Streams of random numbers are numbered here once (`STREAMS`).
 *
 * Pixels stay bytes: what is computed with them is for `nn`. It knows no file, no network and no run; errors are `DataError`, with a
 * remedy.
 */

export * from './batch.ts';
export * from './class-census.ts';
export * from './data-error.ts';
export * from './data-remarks.ts';
export * from './dataset.ts';
export * from './idx.ts';
export * from './mini-batches.ts';
export * from './sampler.ts';
export * from './standardisation.ts';
export * from './streams.ts';
export * from './target.ts';
export * from './tree.ts';
export * from './validation-split.ts';
