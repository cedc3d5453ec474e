import { describe, expect, it } from 'vitest';
import { CoordinationError } from '../errors.ts';
import { Drive } from '../testing/drive.ts';

const [left, right] = [
  { firstLeaf: 0, leafCount: 4 },
  { firstLeaf: 4, leafCount: 4 },
];

/** Workers a and b, each with one half of the step. */
function twoAtWork(): Drive {
  const run = new Drive({ minWorkers: 2 });
  run.join('a', 'b');
  return run;
}

/** As before, and a's half has been leased to b too. */
function halfLeasedTwice(): Drive {
  const run = twoAtWork();
  run.contribute('b', right);
  run.pass(31_000_000);
  return run;
}

/** The same while neither half has an answer. */
function bothLeasedTwice(): Drive {
  const run = twoAtWork();
  run.pass(31_000_000);
  return run;
}

describe('a contribution', () => {
  it('that is valid and leased is kept and accepted', () => {
    const run = twoAtWork();
    expect(run.contribute('a', left)).toEqual([
      { type: 'keep-contribution', worker: 'a', step: 0, span: left },
      { type: 'verdict', worker: 'a', step: 0, span: left, verdict: 'accepted' },
    ]);
  });

  it('that covers the last leaf lets the step be committed', () => {
    const run = twoAtWork();
    run.contribute('b', right);
    run.contribute('a', left);
    expect(run.effects.at(-1)).toEqual({ type: 'commit-step', step: 0 });
  });

  it('that comes again is a duplicate', () => {
    const run = twoAtWork();
    run.contribute('a', left);
    run.contribute('a', left, { matchesFirst: true });
    expect(run.of('drop-contribution')).toHaveLength(1);
    expect(run.verdicts()).toEqual(['duplicate']);
    expect(run.announced('worker-struck')).toEqual([]);
  });

  it('that comes again with other bits is a mismatch of the worker with itself', () => {
    const run = twoAtWork();
    run.contribute('a', left);
    run.contribute('a', left, { matchesFirst: false });
    expect(run.verdicts()).toEqual(['mismatch']);
    expect(run.announced('contribution-mismatch')).toEqual([
      { kind: 'contribution-mismatch', step: 0, span: left, first: 'a', second: 'a' },
    ]);
    expect(run.announced('worker-struck')).toEqual([]);
  });

  it('of a second holder is a duplicate, with nothing more to say when its bits are the same', () => {
    const run = halfLeasedTwice();
    run.contribute('b', left);
    expect(run.verdicts()).toEqual(['accepted']);
    run.contribute('a', left, { matchesFirst: true });
    expect(run.verdicts()).toEqual(['duplicate']);
    expect(run.announced('contribution-mismatch')).toEqual([]);
  });

  it('of a second holder with other bits is announced, and nobody is struck', () => {
    const run = halfLeasedTwice();
    run.contribute('b', left);
    run.contribute('a', left, { matchesFirst: false });
    expect(run.verdicts()).toEqual(['mismatch']);
    expect(run.announced('contribution-mismatch')).toEqual([
      { kind: 'contribution-mismatch', step: 0, span: left, first: 'b', second: 'a' },
    ]);
    expect(run.announced('worker-struck')).toEqual([]);
  });

  it('of a second holder with other bits is a mismatch also when the first are not kept any more', () => {
    const run = halfLeasedTwice();
    run.contribute('b', left);
    expect(run.state.round?.isCommitting).toBe(true);
    run.contribute('a', left, { digest: 'other' });
    expect(run.verdicts()).toEqual(['mismatch']);
    expect(run.announced('contribution-mismatch')).toMatchObject([{ span: left, first: 'b', second: 'a' }]);
  });

  it('that comes again with other bits when the first are not kept any more is a mismatch', () => {
    const run = halfLeasedTwice();
    run.contribute('b', left);
    run.contribute('b', left, { digest: 'other' });
    expect(run.verdicts()).toEqual(['mismatch']);
  });

  it('that comes again damaged says nothing of what its sender computes', () => {
    const run = twoAtWork();
    run.contribute('a', left);
    run.contribute('a', left, { check: 'checksum', matchesFirst: false });
    expect(run.verdicts()).toEqual(['duplicate']);
    expect(run.announced('contribution-mismatch')).toEqual([]);
  });

  it('of an earlier step is stale, without a strike', () => {
    const run = twoAtWork();
    run.finishStep();
    run.contribute('a', left, { step: 0 });
    expect(run.verdicts()).toEqual(['stale']);
    expect(run.announced('worker-struck')).toEqual([]);
  });

  it.each([6, 8])('of term %i in term 7 is stale, without a strike', (term) => {
    const run = twoAtWork();
    run.contribute('a', left, { term });
    expect(run.verdicts()).toEqual(['stale']);
    expect(run.announced('worker-struck')).toEqual([]);
  });

  it('of a worker that has left is stale', () => {
    const run = twoAtWork();
    run.leave('a');
    run.contribute('a', left);
    expect(run.verdicts()).toEqual(['stale']);
    expect(run.state.workers).toHaveLength(1);
  });

  it('for a lease that was taken back is stale, without a strike', () => {
    const run = twoAtWork();
    run.contribute('a', left, { check: 'checksum' });
    expect(run.spansOf('b')).toEqual([left, right]);
    run.contribute('a', left);
    expect(run.verdicts()).toEqual(['stale']);
    expect(run.announced('worker-struck')).toEqual([]);
  });

  it('for a span that others were given in parts since then is stale too', () => {
    const run = new Drive({ minWorkers: 4 });
    run.join('a', 'b', 'c', 'd');
    const [mine] = run.spansOf('a');
    run.contribute('a', mine!, { check: 'checksum' });
    expect(run.of('send-lease').map(({ span }) => span)).toEqual([
      { firstLeaf: 0, leafCount: 1 },
      { firstLeaf: 1, leafCount: 1 },
    ]);
    run.contribute('a', mine!);
    expect(run.verdicts()).toEqual(['stale']);
    expect(run.announced('worker-struck')).toEqual([]);
  });

  it.each([
    ['another worker holds', { span: right }],
    ['nobody holds', { span: { firstLeaf: 0, leafCount: 8 } }],
    ['is no node', { span: { firstLeaf: 1, leafCount: 4 } }],
    ['is not even a number', { span: { firstLeaf: Number.NaN, leafCount: -1 } }],
    ['belongs to a step to come', { step: 1 }],
  ])('for a span that %s was never leased: a strike', (_, change) => {
    const run = twoAtWork();
    run.contribute('a', left, change);
    expect(run.verdicts()).toEqual(['not-leased']);
    expect(run.announced('worker-struck')).toMatchObject([{ worker: 'a', strikes: 1, cause: 'not-leased' }]);
  });

  it('of a worker in the lobby was never leased: a strike', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a');
    run.contribute('a', left);
    expect(run.verdicts()).toEqual(['not-leased']);
    expect(run.announced('worker-struck')).toHaveLength(1);
  });

  it.each([
    ['bad-shape', { check: 'bad-shape' }],
    ['checksum', { check: 'checksum' }],
    ['row-count', { rowCount: 31 }],
  ] as const)(
    'that is invalid for its %s costs a strike, and the span is leased to another',
    (reason, change) => {
      const run = twoAtWork();
      run.contribute('a', left, change);
      expect(run.of('drop-contribution')).toHaveLength(1);
      expect(run.verdicts()).toEqual([reason]);
      expect(run.announced('worker-struck')).toMatchObject([{ worker: 'a', strikes: 1, cause: reason }]);
      expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: left }]);
    },
  );

  it('that is invalid is asked for again from the same worker when there is no other', () => {
    const run = new Drive();
    run.join('a');
    const [whole] = run.spansOf('a');
    run.contribute('a', whole!, { check: 'bad-shape' });
    expect(run.of('send-lease')).toMatchObject([{ worker: 'a', span: whole }]);
    run.contribute('a', whole!);
    expect(run.verdicts()).toEqual(['accepted']);
  });

  it('is checked against the rows of a short last leaf', () => {
    const run = new Drive({ trainRows: 61 });
    run.join('a');
    run.contribute('a', run.spansOf('a')[0]!, { rowCount: 64 });
    expect(run.verdicts()).toEqual(['row-count']);
    run.contribute('a', run.spansOf('a')[0]!, { rowCount: 61 });
    expect(run.verdicts()).toEqual(['accepted']);
  });
});

describe('a strike', () => {
  it('closes the worker when it is the third; what it held goes to the others', () => {
    const run = twoAtWork();
    const never = { firstLeaf: 0, leafCount: 1 };
    run.contribute('a', never);
    run.contribute('a', never);
    expect(run.of('close-worker')).toEqual([]);
    run.contribute('a', never);
    expect(run.of('close-worker')).toEqual([{ type: 'close-worker', worker: 'a', cause: 'strikes' }]);
    expect(run.announced('worker-lost')).toMatchObject([{ worker: 'a', reason: 'strikes' }]);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: left }]);
    expect(run.leave('a')).toEqual([]);
  });
});

describe('a contribution that is not finite', () => {
  it('is recomputed before anybody is blamed', () => {
    const run = twoAtWork();
    expect(run.contribute('a', left, { check: 'non-finite' })).toEqual([
      { type: 'drop-contribution', worker: 'a', step: 0, span: left },
      { type: 'recompute-span', worker: 'a', step: 0, span: left },
    ]);
  });

  it('costs a strike when the truth is finite, and the span is leased to another', () => {
    const run = twoAtWork();
    run.contribute('a', left, { check: 'non-finite' });
    run.happen({ type: 'span-recomputed', step: 0, span: left, isFinite: true });
    expect(run.of('verdict')).toMatchObject([{ worker: 'a', verdict: 'invalid', reason: 'non-finite' }]);
    expect(run.announced('worker-struck')).toMatchObject([{ worker: 'a', cause: 'non-finite' }]);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: left }]);
  });

  it('ends the run at this step, with nobody struck, when the truth is not finite either', () => {
    const run = twoAtWork();
    run.contribute('a', left, { check: 'non-finite' });
    run.happen({ type: 'span-recomputed', step: 0, span: left, isFinite: false });
    expect(run.effects).toEqual([{ type: 'finish', reason: 'diverged', step: 0 }]);
  });

  it('holds the commit back until the truth is known, also when another holder answered meanwhile', () => {
    const run = halfLeasedTwice();
    run.contribute('a', left, { check: 'non-finite' });
    run.contribute('b', left);
    expect(run.verdicts()).toEqual(['accepted']);
    expect(run.of('commit-step')).toEqual([]);
    run.happen({ type: 'span-recomputed', step: 0, span: left, isFinite: true });
    expect(run.verdicts()).toEqual(['non-finite']);
    expect(run.of('commit-step')).toHaveLength(1);
  });

  it.each([
    ['a second holder', bothLeasedTwice, 'b', 'a'],
    ['who answered already', twoAtWork, 'a', 'a'],
  ] as const)(
    'of %s, after a finite one, is recomputed, and no disagreement',
    (_who, begin, first, second) => {
      const run = begin();
      run.contribute(first, left);
      run.contribute(second, left, { check: 'non-finite', matchesFirst: false });
      expect(run.of('recompute-span')).toMatchObject([{ worker: second, span: left }]);
      run.happen({ type: 'span-recomputed', step: 0, span: left, isFinite: true });
      expect(run.verdicts()).toEqual(['non-finite']);
      expect(run.announced('worker-struck')).toMatchObject([{ worker: second, cause: 'non-finite' }]);
      expect(run.announced('contribution-mismatch')).toEqual([]);
    },
  );

  it('as a second answer ends the run where the truth is not finite: then the first one was wrong', () => {
    const run = bothLeasedTwice();
    run.contribute('b', left);
    run.contribute('a', left, { check: 'non-finite', matchesFirst: false });
    run.happen({ type: 'span-recomputed', step: 0, span: left, isFinite: false });
    expect(run.effects).toEqual([{ type: 'finish', reason: 'diverged', step: 0 }]);
  });

  it('as a second answer while the step is committed costs a strike: the weights are about to go', () => {
    const run = halfLeasedTwice();
    run.contribute('b', left);
    run.contribute('a', left, { check: 'non-finite', matchesFirst: false });
    expect(run.verdicts()).toEqual(['non-finite']);
    expect(run.of('recompute-span')).toEqual([]);
    expect(run.announced('worker-struck')).toMatchObject([{ worker: 'a', cause: 'non-finite' }]);
    expect(run.announced('contribution-mismatch')).toEqual([]);
  });

  it('is recomputed once for all who sent one', () => {
    const run = halfLeasedTwice();
    run.contribute('a', left, { check: 'non-finite' });
    run.contribute('b', left, { check: 'non-finite' });
    expect(run.of('recompute-span')).toEqual([]);
    run.happen({ type: 'span-recomputed', step: 0, span: left, isFinite: true });
    expect(run.of('verdict').map(({ worker }) => worker)).toEqual(['a', 'b']);
    expect(run.outstanding()).toEqual([{ worker: 'b', span: left }]);
  });

  it('of a worker that left meanwhile is leased again all the same', () => {
    const run = twoAtWork();
    run.contribute('a', left, { check: 'non-finite' });
    run.leave('a');
    expect(run.of('send-lease')).toEqual([]);
    run.happen({ type: 'span-recomputed', step: 0, span: left, isFinite: true });
    expect(run.announced('worker-struck')).toEqual([]);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: left }]);
  });

  it('is not replaced by a second try of the same worker: that is a duplicate', () => {
    const run = twoAtWork();
    run.contribute('a', left, { check: 'non-finite' });
    run.contribute('a', left);
    expect(run.verdicts()).toEqual(['duplicate']);
    expect(run.of('keep-contribution')).toEqual([]);
  });

  it('is answered for only when asked', () => {
    const run = twoAtWork();
    const answer = { type: 'span-recomputed', step: 0, span: left, isFinite: true } as const;
    expect(() => run.happen(answer)).toThrow(CoordinationError);
  });
});
