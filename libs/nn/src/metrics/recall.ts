import { averagedKind } from './averaged.ts';

/** Of the rows of a class, the share that were called it. */
export const recall = averagedKind('recall', ({ right, support }) => [right, support]);
