import { childrenOf } from '@lockstep/data';
import type { Span } from '@lockstep/data';
import type { WorkerId } from '../events/events.ts';
import { Heap } from './heap.ts';
import { divide } from '../integers.ts';

/**
 * Who may be dealt to. Integers; leafNanos > 0. It computes one span after the other, and while one gradient is on its way back
 * it computes the next; the smallest span comes first. So k spans with n leaves, m of them in the smallest, are answered
 * startNanos + max(n * leafNanos, m * leafNanos + (k - 1) * spanNanos) from now.
 */
export interface Dealee {
  readonly worker: WorkerId;
  readonly leafNanos: number;
  /** What comes before and after, once: earlier spans, the way of the data there, one gradient's way back. */
  readonly startNanos: number;
  /** One gradient's way back: answers come no closer together. */
  readonly spanNanos: number;
  /** Spans it may still be given. */
  readonly slots: number;
}

export interface Dealt {
  readonly worker: WorkerId;
  readonly span: Span;
}

/** How much longer than ideal a step may take, in percent, if that saves spans: each is one more upload. */
const toleratedPercents = [100, 103, 106, 109, 112, 115];

/** Resolution of the ideal time: leaves are divided so finely in it. */
const leafParts = 16;

/**
 * Shares the leaves of `pool` (disjoint nodes of the fixed tree) out: the result covers each of them exactly once with
 * nodes, sorted by first leaf. It depends on the set of workers, not on their order. Workers that would not shorten the
 * step get nothing. Among the deals that end within 115 % of the ideal time (that of leaves that could be divided at
 * will), the one with the fewest spans; where the tree permits none, the first that a growing time limit permits.
 *
 * No worker gets more spans than its slots. The one exception: a pool of more nodes than there are slots, as a worker
 * that is lost can leave behind; its nodes then go whole to whoever ends first.
 * @param pool    not empty
 * @param dealees not empty
 */
export function deal(pool: readonly Span[], dealees: readonly Dealee[]): readonly Dealt[] {
  const sorted = dealees.toSorted((a, b) => (isOrdered(a, b) ? -1 : 1));
  const leafCount = pool.reduce((sum, span) => sum + span.leafCount, 0);
  const whole = { leaves: leafCount, smallest: pool.length === 1 ? leafCount : 0, spans: pool.length };
  const longest = Math.min(...sorted.map((dealee) => endOf(dealee, whole)));
  const ideal = idealNanos(leafCount, sorted, longest);

  let best: readonly Dealt[] | undefined;
  for (const percent of toleratedPercents) {
    const dealt = dealWithin(Math.min(divide(ideal * percent, 100), longest), pool, sorted);
    if (dealt !== undefined && (best === undefined || dealt.length < best.length)) best = dealt;
    if (best?.length === pool.length) break; // no deal has fewer spans
  }
  for (
    let percent = 120;
    best === undefined && ideal * percent < 100 * longest;
    percent += divide(percent, 20)
  ) {
    best = dealWithin(divide(ideal * percent, 100), pool, sorted);
  }
  best ??= dealWithin(longest, pool, sorted) ?? dealWhole(pool, sorted);
  return best.toSorted((a, b) => a.span.firstLeaf - b.span.firstLeaf);
}

/** The fastest first; equal ones by name. */
function isOrdered(a: Dealee, b: Dealee): boolean {
  if (a.leafNanos !== b.leafNanos) return a.leafNanos < b.leafNanos;
  if (a.startNanos !== b.startNanos) return a.startNanos < b.startNanos;
  return a.worker < b.worker;
}

/** What a worker would have. */
interface Load {
  readonly leaves: number;
  readonly smallest: number;
  readonly spans: number;
}

const endOf = ({ startNanos, leafNanos, spanNanos }: Dealee, { leaves, smallest, spans }: Load): number =>
  startNanos + Math.max(leaves * leafNanos, smallest * leafNanos + (spans - 1) * spanNanos);

/** When the last of `dealees` ends with what it is dealt. Undefined when somebody else is dealt to. */
export function endOfDeal(dealt: readonly Dealt[], dealees: readonly Dealee[]): number | undefined {
  const loads = new Map<WorkerId, Load>();
  for (const { worker, span } of dealt) {
    const { leaves, smallest, spans } = loads.get(worker) ?? { leaves: 0, smallest: Infinity, spans: 0 };
    loads.set(worker, {
      leaves: leaves + span.leafCount,
      smallest: Math.min(smallest, span.leafCount),
      spans: spans + 1,
    });
  }
  const dealeeOf = new Map(dealees.map((dealee) => [dealee.worker, dealee]));
  let last = 0;
  for (const [worker, load] of loads) {
    const dealee = dealeeOf.get(worker);
    if (dealee === undefined) return undefined;
    last = Math.max(last, endOf(dealee, load));
  }
  return last;
}

/** The least time in which the workers together can do `leafCount` leaves, were leaves divisible. */
function idealNanos(leafCount: number, dealees: readonly Dealee[], longest: number): number {
  const isEnough = (nanos: number): boolean => {
    let parts = 0;
    for (const { startNanos, leafNanos } of dealees) {
      if (nanos > startNanos) parts += divide((nanos - startNanos) * leafParts, leafNanos);
    }
    return parts >= leafCount * leafParts;
  };
  let [tooShort, enough] = [0, longest];
  while (enough - tooShort > 1) {
    const middle = divide(tooShort + enough, 2);
    if (isEnough(middle)) enough = middle;
    else tooShort = middle;
  }
  return enough;
}

/**
 * Deals so that everyone ends within `nanos`: the largest node to the worker that can take most, split where it does
 * not fit. Undefined when a single leaf does not fit.
 */
function dealWithin(
  nanos: number,
  pool: readonly Span[],
  dealees: readonly Dealee[],
): readonly Dealt[] | undefined {
  const nodes = new Heap<Span>(isLarger);
  for (const span of pool) nodes.add(span);
  const capacities = new Heap<Capacity>((a, b) =>
    a.leaves === b.leaves ? a.index < b.index : a.leaves > b.leaves,
  );
  const open = (index: number, takenLeaves: number, spans: number): void => {
    const { startNanos, leafNanos, spanNanos, slots } = dealees[index]!;
    const left = nanos - startNanos;
    if (left <= 0 || spans >= slots) return;
    const ofComputing = divide(left, leafNanos) - takenLeaves;
    const ofLine = divide(Math.max(left - spans * spanNanos, 0), leafNanos);
    const leaves = Math.min(ofComputing, ofLine);
    if (leaves > 0) capacities.add({ index, leaves, takenLeaves, spans });
  };
  dealees.forEach((_, index) => open(index, 0, 0));

  const dealt: Dealt[] = [];
  for (let node = nodes.take(); node !== undefined; node = nodes.take()) {
    const most = capacities.peek();
    if (most === undefined) return undefined;
    if (node.leafCount <= most.leaves) {
      dealt.push({ worker: dealees[most.index]!.worker, span: node });
      capacities.take();
      open(most.index, most.takenLeaves + node.leafCount, most.spans + 1);
    } else {
      const children = childrenOf(node);
      if (children === undefined) return undefined;
      nodes.add(children[0]);
      nodes.add(children[1]);
    }
  }
  return dealt;
}

/** What one worker can still take, after what it has: nodes come in falling size, so the next is its smallest. */
interface Capacity {
  readonly index: number;
  readonly leaves: number;
  readonly takenLeaves: number;
  readonly spans: number;
}

/** Without regard to slots: each node, the largest first, to the worker that would end it first. */
function dealWhole(pool: readonly Span[], dealees: readonly Dealee[]): readonly Dealt[] {
  const busyNanos = dealees.map((dealee) => dealee.startNanos);
  return pool
    .toSorted((a, b) => (isLarger(a, b) ? -1 : 1))
    .map((span) => {
      let first = 0;
      const endOn = (index: number): number => busyNanos[index]! + span.leafCount * dealees[index]!.leafNanos;
      dealees.forEach((_, index) => {
        if (endOn(index) < endOn(first)) first = index;
      });
      busyNanos[first] = endOn(first);
      return { worker: dealees[first]!.worker, span };
    });
}

const isLarger = (a: Span, b: Span): boolean =>
  a.leafCount === b.leafCount ? a.firstLeaf < b.firstLeaf : a.leafCount > b.leafCount;
