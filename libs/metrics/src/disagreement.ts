import type { NoticeOf } from './notice.ts';

/** Two computations of one span differed, in words. */
export const describeDisagreement = ({ step, first, second }: Omit<NoticeOf<'disagreed'>, 'type'>): string =>
  `${first} and ${second} gave different bits for one span of step ${step}: one of them computes wrongly`;

/** What that means for the weights, and what to do. */
export const describeDoubt = (step: number): string =>
  `two computations of a part of step ${step} gave different bits: the weights may be wrong from there on; go on from a ` +
  'checkpoint of that step or before (--resume FILE), without the worker that computes wrongly';
