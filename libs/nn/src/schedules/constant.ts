import * as v from 'valibot';
import type { ScheduleKind } from './schedule.ts';

/** The same rate throughout. */
export interface Constant {
  readonly type: 'constant';
}

export const constant: ScheduleKind<Constant> = {
  type: 'constant',
  schema: () => v.strictObject({ type: v.literal('constant') }),
  rate: (_spec, base) => base,
};
