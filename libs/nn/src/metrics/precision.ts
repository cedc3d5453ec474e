import { averagedKind } from './averaged.ts';

/** Of the rows that were called a class, the share that are of it. */
export const precision = averagedKind('precision', ({ right, called }) => [right, called]);
