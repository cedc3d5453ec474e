import { averagedKind } from './averaged.ts';

/** The harmonic mean of precision and recall: 2 right / (called + support). */
export const f1 = averagedKind('f1', ({ right, called, support }) => [2 * right, called + support]);
