import { describe, expect, it } from 'vitest';
import { coordinationDefaults } from './config.ts';
import { CoordinationError } from './errors.ts';
import { Drive } from './testing/drive.ts';

describe('a run', () => {
  it('commits its steps in order and is completed after the last', () => {
    const run = new Drive();
    run.join('a');
    for (const step of [0, 1, 2]) {
      expect(run.state.step).toBe(step);
      run.finishStep();
      expect(run.announced('step-committed')).toEqual([{ kind: 'step-committed', step, checksum: 'c0ffee' }]);
    }
    run.finishStep();
    expect(run.effects.at(-1)).toEqual({ type: 'finish', reason: 'completed', step: 4 });
    expect(run.state).toMatchObject({ phase: 'finished', step: 4, finishReason: 'completed' });
  });

  it('goes on from the step it resumes at', () => {
    const run = new Drive({ firstStep: 3 });
    run.join('a');
    expect(run.of('send-weights')).toMatchObject([{ step: 3 }]);
    run.finishStep();
    expect(run.of('finish')).toMatchObject([{ reason: 'completed', step: 4 }]);
  });

  it('with no step left to do is completed before anybody comes', () => {
    const run = new Drive({ firstStep: 4 });
    expect(run.effects).toEqual([{ type: 'finish', reason: 'completed', step: 4 }]);
    expect(run.join('a')).toEqual([]);
  });

  it('asks for a checkpoint every so many steps, after the broadcast, and not at the end', () => {
    const run = new Drive({ checkpointEvery: 2 });
    run.join('a');
    const checkpoints: number[] = [];
    for (let step = 0; step < 4; step++) {
      run.finishStep();
      checkpoints.push(...run.of('checkpoint').map((effect) => effect.step));
      if (step === 1) expect(run.effects.at(-1)).toEqual({ type: 'checkpoint', step: 2 });
    }
    expect(checkpoints).toEqual([2]);
  });

  it('deals the short mini-batch at the end of an epoch by its own leaves', () => {
    const run = new Drive({ trainRows: 64 + 17, totalSteps: 3 });
    run.join('a');
    run.finishStep();
    expect(run.spansOf('a')).toEqual([{ firstLeaf: 0, leafCount: 3 }]);
  });

  it('deals in proportion to what was measured', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('slow', 'fast');
    run.now += 10_000;
    run.contribute('fast', run.spansOf('fast')[0]!, { computeMicros: 10_000 });
    run.now += 20_000;
    run.contribute('slow', run.spansOf('slow')[0]!, { computeMicros: 30_000 });
    run.commit();
    const leaves = (worker: string): number =>
      run.spansOf(worker).reduce((sum, { leafCount }) => sum + leafCount, 0);
    expect([leaves('slow'), leaves('fast')]).toEqual([2, 6]);
  });

  it('that diverges ends at that step', () => {
    const run = new Drive();
    run.join('a');
    run.finishStep();
    run.contribute('a', run.spansOf('a')[0]!);
    run.happen({ type: 'step-diverged', step: 1 });
    expect(run.effects).toEqual([{ type: 'finish', reason: 'diverged', step: 1 }]);
  });

  it.each([
    { type: 'step-committed', step: 0, checksum: '' } as const,
    { type: 'step-diverged', step: 0 } as const,
  ])('does not take an answer for a commit it did not ask for: $type', (answer) => {
    const run = new Drive();
    run.join('a');
    expect(() => run.happen(answer)).toThrow(CoordinationError);
  });
});

describe('a request to stop', () => {
  it('abandons the step in flight', () => {
    const run = new Drive();
    run.join('a');
    run.finishStep();
    run.happen({ type: 'stop-requested', reason: 'SIGTERM' });
    expect(run.effects).toEqual([{ type: 'finish', reason: 'stopped', step: 1, detail: 'SIGTERM' }]);
  });

  it('while a step is being committed lets it be the last', () => {
    const run = new Drive();
    run.join('a');
    run.contribute('a', run.spansOf('a')[0]!);
    expect(run.happen({ type: 'stop-requested', reason: 'SIGTERM' })).toEqual([]);
    run.happen({ type: 'stop-requested', reason: 'again' });
    run.commit();
    expect(run.of('send-lease')).toEqual([]);
    expect(run.of('finish')).toEqual([{ type: 'finish', reason: 'stopped', step: 1, detail: 'SIGTERM' }]);
  });

  it('ends a run that waits in the lobby', () => {
    const run = new Drive();
    run.happen({ type: 'stop-requested', reason: 'SIGINT' });
    expect(run.of('finish')).toMatchObject([{ reason: 'stopped', step: 0 }]);
  });
});

describe('a run that is over', () => {
  it('answers contributions with stale and does nothing else', () => {
    const run = new Drive();
    run.join('a');
    const [whole] = run.spansOf('a');
    run.happen({ type: 'stop-requested', reason: 'SIGINT' });
    const { state } = run;
    run.contribute('a', whole!);
    expect(run.verdicts()).toEqual(['stale']);
    run.contribute('a', whole!, { check: 'bad-shape' });
    expect(run.verdicts()).toEqual(['stale']);
    expect(run.join('b')).toEqual([]);
    expect(run.leave('a')).toEqual([]);
    expect(run.pass(10 ** 7)).toEqual([]);
    expect(run.commit()).toEqual([]);
    expect(run.happen({ type: 'step-diverged', step: 0 })).toEqual([]);
    expect(run.happen({ type: 'span-recomputed', step: 0, span: whole!, isFinite: false })).toEqual([]);
    expect(run.happen({ type: 'stop-requested', reason: 'again' })).toEqual([]);
    expect(run.state).toBe(state);
  });
});

describe('a configuration', () => {
  it.each([
    ['minWorkers', { minWorkers: 0 }],
    ['maxWorkers', { minWorkers: 3, maxWorkers: 2 }],
    ['totalSteps', { firstStep: 5 }],
    ['batchSize', { batchSize: 1.5 }],
    ['leaseDeadline.maxMicros', { leaseDeadline: { ...coordinationDefaults.leaseDeadline, maxMicros: 9 } }],
  ])('out of range is refused by name: %s', (name, change) => {
    expect(() => new Drive(change)).toThrow(`bad-config: ${name} `);
  });
});
