import { spanKey } from '@lockstep/data';
import type { WorkerId } from '../events/events.ts';
import { endOfDeal } from './deal.ts';
import type { Dealee, Dealt } from './deal.ts';

/** The step before is dealt again where that takes no more spans and less than this many percent more time. */
const toleratedPercent = 105;

/**
 * `dealt` as near to `last`, the deal of the step before, as may be: measurements are noisy, and who computes the same span
 * again has its rows already. Either `last` itself, where it is nearly as good, or `dealt` with nodes of equal size changed
 * round, which changes nobody's time.
 */
export function dealAgain(
  dealt: readonly Dealt[],
  last: readonly Dealt[],
  dealees: readonly Dealee[],
): readonly Dealt[] {
  if (!haveSameLeaves(dealt, last)) return dealt;
  const lastEnd = endOfDeal(last, dealees);
  const isNearlyAsGood =
    lastEnd !== undefined &&
    last.length <= dealt.length &&
    100 * lastEnd <= toleratedPercent * endOfDeal(dealt, dealees)!;
  return isNearlyAsGood ? last : changedRound(dealt, last);
}

/** Both are sorted and cover a whole tree: the last leaf says which. */
function haveSameLeaves(one: readonly Dealt[], other: readonly Dealt[]): boolean {
  const end = (dealt: readonly Dealt[]): number | undefined => {
    const span = dealt.at(-1)?.span;
    return span && span.firstLeaf + span.leafCount;
  };
  return end(one) === end(other);
}

/** Everyone keeps as many nodes of each size, and those it had before where it can. */
function changedRound(dealt: readonly Dealt[], last: readonly Dealt[]): readonly Dealt[] {
  const lastHolder = new Map(last.map(({ worker, span }) => [spanKey(span), worker]));
  const shares = new Map<string, number>();
  const shareOf = (worker: WorkerId, leafCount: number): string => `${leafCount} ${worker}`;
  for (const { worker, span } of dealt) {
    const share = shareOf(worker, span.leafCount);
    shares.set(share, (shares.get(share) ?? 0) + 1);
  }
  const take = (worker: WorkerId, leafCount: number): boolean => {
    const share = shareOf(worker, leafCount);
    const left = shares.get(share) ?? 0;
    if (left > 0) shares.set(share, left - 1);
    return left > 0;
  };
  const kept = dealt.map(({ span }) => {
    const worker = lastHolder.get(spanKey(span));
    return worker !== undefined && take(worker, span.leafCount) ? worker : undefined;
  });
  const rest = new Map<number, WorkerId[]>();
  for (const { worker, span } of dealt) {
    if (!take(worker, span.leafCount)) continue;
    const list = rest.get(span.leafCount);
    if (list === undefined) rest.set(span.leafCount, [worker]);
    else list.push(worker);
  }
  return dealt.map(({ span }, index) => ({
    span,
    worker: kept[index] ?? rest.get(span.leafCount)!.shift()!,
  }));
}
