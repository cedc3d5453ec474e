import { describe, expect, it } from 'vitest';
import { CoordinationError } from '../errors.ts';
import { Drive } from '../testing/drive.ts';

describe('the lobby', () => {
  it('says what it waits for, and starts the first step when the last wanted worker is there', () => {
    const run = new Drive({ minWorkers: 2 });
    expect(run.announced('waiting-for-workers')).toMatchObject([{ present: 0, needed: 2 }]);
    run.join('a');
    expect(run.announced('waiting-for-workers')).toMatchObject([{ present: 1, needed: 2 }]);
    expect(run.state.phase).toBe('lobby');
    run.join('b');
    expect(run.state.phase).toBe('training');
    expect(run.of('send-weights')).toEqual([{ type: 'send-weights', workers: ['a', 'b'], step: 0 }]);
    expect(run.of('send-lease').map(({ worker }) => worker)).toEqual(['a', 'b']);
    expect(run.announced('step-started')).toEqual([{ kind: 'step-started', step: 0, leafCount: 8 }]);
  });

  it('does not start when somebody left again', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a');
    run.leave('a');
    expect(run.announced('waiting-for-workers')).toMatchObject([{ present: 0 }]);
    run.join('b');
    expect(run.state.phase).toBe('lobby');
  });

  it('sends the weights before the leases', () => {
    const run = new Drive();
    const types = run.join('a').map(({ type }) => type);
    expect(types.indexOf('send-weights')).toBeLessThan(types.indexOf('send-lease'));
  });
});

describe('a newcomer', () => {
  it('stays in the lobby during a step and enters at the next one', () => {
    const run = new Drive();
    run.join('a', 'b');
    expect(run.effects).toEqual([
      { type: 'announce', event: { kind: 'worker-in-lobby', worker: 'b', name: 'name of b' } },
    ]);
    run.finishStep();
    expect(run.announced('worker-entered')).toMatchObject([{ worker: 'b', step: 1 }]);
    expect(run.of('send-weights')).toMatchObject([{ workers: ['a'], step: 1 }]);
  });

  it('among workers whose speed is known shows its own on a span that is covered, and is dealt to from then on', () => {
    const run = new Drive();
    run.join('a', 'b');
    run.finishStep();
    expect(run.of('standby')).toMatchObject([{ worker: 'b', step: 1, reason: 'measuring' }]);
    const whole = { firstLeaf: 0, leafCount: 8 };
    run.now += 1000;
    run.contribute('a', whole);
    expect(run.of('send-weights')).toEqual([{ type: 'send-weights', workers: ['b'], step: 1 }]);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: whole, purpose: 'recheck' }]);
    expect(run.effects.at(-1)).toEqual({ type: 'commit-step', step: 1 });
    run.now += 1000;
    run.contribute('b', whole);
    expect(run.verdicts()).toEqual(['duplicate']);
    expect(run.announced('contribution-match')).toEqual([
      { kind: 'contribution-match', step: 1, span: whole, first: 'a', second: 'b' },
    ]);
    run.commit();
    expect(run.spansOf('b')).toHaveLength(1);
  });

  it('enters at once, with weights and leases of the step, when nobody is left who works on it', () => {
    const run = new Drive();
    run.join('a');
    run.leave('a');
    run.join('b');
    expect(run.of('send-weights')).toMatchObject([{ workers: ['b'], step: 0 }]);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: { firstLeaf: 0, leafCount: 8 } }]);
  });

  it('who waits already takes over when the last worker leaves', () => {
    const run = new Drive();
    run.join('a', 'b');
    run.leave('a');
    expect(run.announced('waiting-for-workers')).toEqual([]);
    expect(run.of('send-weights')).toMatchObject([{ workers: ['b'], step: 0 }]);
    expect(run.spansOf('b')).toEqual([{ firstLeaf: 0, leafCount: 8 }]);
  });

  it('waits for the weights of the next step while a step is being committed', () => {
    const run = new Drive();
    run.join('a');
    run.contribute('a', run.spansOf('a')[0]!);
    run.leave('a');
    run.join('b');
    expect(run.of('send-weights')).toEqual([]);
    run.commit();
    expect(run.of('send-weights')).toMatchObject([{ workers: ['b'], step: 1 }]);
    expect(run.spansOf('b')).toHaveLength(1);
  });

  it('waits for a free place when as many compute as may', () => {
    const run = new Drive({ maxWorkers: 1 });
    run.join('a', 'b');
    expect(run.of('standby')).toMatchObject([{ worker: 'b', reason: 'full' }]);
    expect(run.announced('worker-standby')).toHaveLength(1);
    run.finishStep();
    expect(run.of('standby')).toEqual([]);
    expect(run.spansOf('b')).toEqual([]);
    run.leave('a');
    expect(run.spansOf('b')).toEqual([{ firstLeaf: 0, leafCount: 8 }]);
  });

  it('must have an id of its own', () => {
    const run = new Drive();
    run.join('a');
    expect(() => run.join('a')).toThrow(CoordinationError);
  });
});

describe('a worker that leaves', () => {
  it('leaves its spans to the others at once', () => {
    const run = new Drive({ minWorkers: 4 });
    run.join('a', 'b', 'c', 'd');
    run.leave('b');
    expect(run.announced('worker-lost')).toMatchObject([{ worker: 'b', reason: 'closed' }]);
    const leased = run.of('send-lease').map(({ worker, span }) => ({ worker, span }));
    expect(leased).toEqual([
      { worker: 'a', span: { firstLeaf: 2, leafCount: 1 } },
      { worker: 'c', span: { firstLeaf: 3, leafCount: 1 } },
    ]);
  });

  it('gives nothing to whoever waits in the lobby while others work', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a', 'b', 'late');
    run.leave('a');
    expect(run.spansOf('late')).toEqual([]);
    expect(run.spansOf('b')).toHaveLength(2);
  });

  it('has its accepted contributions kept', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a', 'b');
    run.contribute('a', run.spansOf('a')[0]!);
    run.leave('a');
    expect(run.of('send-lease')).toEqual([]);
    run.contribute('b', run.spansOf('b')[0]!);
    expect(run.of('commit-step')).toEqual([{ type: 'commit-step', step: 0 }]);
  });

  it('that is the last makes the run wait; that is said once', () => {
    const run = new Drive();
    run.join('a');
    run.leave('a');
    expect(run.announced('waiting-for-workers')).toEqual([
      { kind: 'waiting-for-workers', present: 0, needed: 1, step: 0 },
    ]);
    for (let tick = 0; tick < 5; tick++) expect(run.pass(60_000_000)).toEqual([]);
    run.join('b');
    run.leave('b');
    expect(run.announced('waiting-for-workers')).toHaveLength(1);
  });

  it('while a step is committed is not missed: the next step waits for a worker', () => {
    const run = new Drive();
    run.join('a');
    run.contribute('a', run.spansOf('a')[0]!);
    run.leave('a');
    run.commit();
    expect(run.announced('waiting-for-workers')).toMatchObject([{ step: 1 }]);
    run.join('b');
    expect(run.spansOf('b')).toEqual([{ firstLeaf: 0, leafCount: 8 }]);
  });

  it('is forgotten: its leaving again, or a stranger leaving, changes nothing', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a', 'b');
    run.leave('a');
    expect(run.leave('a')).toEqual([]);
    expect(run.leave('stranger')).toEqual([]);
  });
});
