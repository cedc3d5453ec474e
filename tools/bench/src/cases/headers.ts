import type { BenchmarkCase } from '../benchmark-case.ts';
import { headersBefore, headersNow } from '../contenders/headers.ts';

const [OWN, LIBRARY] = ['a codec of our own', 'msgpackr behind the check'];

/** What msgpackr costs for each message, against the codec that it replaced. */
export const headers: BenchmarkCase = {
  name: 'headers: a message written and read',
  unit: 'us/message',
  contenders: [headersBefore(OWN), headersNow(LIBRARY)],
  baseline: OWN,
  requirements: [{ kind: 'time', contender: LIBRARY, against: OWN, atMost: 1.1 }],
};
