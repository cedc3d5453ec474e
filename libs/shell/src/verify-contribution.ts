import type { ContributionCheck, EventOf } from '@lockstep/coordination';
import type { Backend } from '@lockstep/math';
import type { Contribution, SpanReference } from '@lockstep/protocol';
import type { KeptSum } from './reducer.ts';

/** What the bits of a contribution say. */
export interface ContributionFacts {
  readonly check: ContributionCheck;
  /** What stands for the sum in the journal. */
  readonly digest: string;
  /** Whether it is the sum that came first; only where one did. */
  readonly matchesFirst?: boolean;
}

/** Compares a contribution with its checksum, and with the one that came `first` for its span, if any. */
export function verifyContribution(
  backend: Backend,
  contribution: Contribution,
  first: KeptSum | undefined,
): ContributionFacts {
  const { gradient, lossSum } = contribution;
  const { checksum, isFinite } = backend.checksum(gradient);
  const isSound = isFinite && Number.isFinite(lossSum);
  const check = checksum !== contribution.checksum ? 'checksum' : isSound ? 'ok' : 'non-finite';
  const digest = `${checksum} ${lossSum}`;
  if (first === undefined) return { check, digest };
  return { check, digest, matchesFirst: first.lossSum === lossSum && haveSameBits(first.gradient, gradient) };
}

/** A contribution to the span that `about` names, whose tensors are not those of this run. */
export const badShape = (
  worker: string,
  { term, step, span }: SpanReference,
): Omit<EventOf<'contribution-received'>, 'now'> => ({
  ...{ worker, term, step, span, rowCount: 0 },
  type: 'contribution-received',
  check: 'bad-shape',
  digest: '',
  computeMicros: 0,
});

/** Whether two tensors are equal bit for bit: NaNs are equal to themselves, zeros of different sign are not. */
function haveSameBits(a: Float32Array, b: Float32Array): boolean {
  const wordsA = new Uint32Array(a.buffer, a.byteOffset, a.length);
  const wordsB = new Uint32Array(b.buffer, b.byteOffset, b.length);
  if (wordsA.length !== wordsB.length) return false;
  for (let index = 0; index < wordsA.length; index++) if (wordsA[index] !== wordsB[index]) return false;
  return true;
}
