import { madeUpConfig } from '@lockstep/config/testing';
import type { RunFact, RunRecord } from '../view/record.ts';

/** What happened, in order. */
export type Script = readonly RunFact[];

export const record = (at: number, fact: RunFact): RunRecord => ({ at, ...fact });

export const config = madeUpConfig();
