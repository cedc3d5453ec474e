import { referenceBackend } from '@lockstep/math';
import { resolveMetrics, resolveSteering } from '@lockstep/nn';
import { type RunNotice } from '@lockstep/metrics';
import { describe, expect, it } from 'vitest';
import { trainLocally } from './local-run.ts';
import type { Run } from './run.ts';
import { evaluationRowsOf, InlineEvaluator, type Evaluator } from './evaluator.ts';
import { smallRun } from './testing/small-run.ts';

import { alone, cluster, control } from './testing/cluster.ts';

/** A coordinator's evaluator that never answers rows itself. */
const hung = (run: Run): Evaluator => ({ ...slow(run), evaluate: () => new Promise(() => undefined) });

/** A coordinator's evaluator that takes longer than an epoch. */
function slow({ trainer }: Run): Evaluator {
  const { config, data } = trainer;
  const inline = new InlineEvaluator(referenceBackend, { config, ...evaluationRowsOf(data) });
  return {
    begin: (weights, rows) => inline.begin(weights, rows),
    async evaluate(parts) {
      const sums = await inline.evaluate(parts);
      for (let turn = 0; turn < 5000; turn++) await Promise.resolve();
      return sums;
    },
    judge: (rows, part, outputs) => inline.judge(rows, part, outputs),
    close: () => undefined,
  };
}

/** A coordinator's evaluator that finds a loss of 1 at step 2, and of 2 at step 4 once it is let. */
function worseAtStepFour(): { readonly evaluator: Evaluator; readonly let: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let evaluations = 0;
  const sums = async () => {
    const loss = evaluations;
    if (loss > 1) await opened;
    return { lossSum: loss, tallies: [Float64Array.of(0, 1), new Float64Array(9)] };
  };
  const evaluator: Evaluator = {
    begin: () => void evaluations++,
    evaluate: (parts) => Promise.all(parts.map(sums)),
    judge: sums,
    close: () => undefined,
  };
  return { evaluator, let: open };
}

/** What a run said of its weights. */
const judgements = (notices: readonly RunNotice[]): readonly object[] =>
  notices.flatMap((notice): object[] => {
    if (notice.type === 'epoch') return [{ ...notice, seconds: 0, samplesPerSecond: 0 }];
    return notice.type === 'finished' ? [{ ...notice, seconds: 0, samplesPerSecond: 0, stepMillis: 0 }] : [];
  });

describe('the evaluations of a run with workers', () => {
  it('are what a single process finds, whether its workers judge all of them or none', async () => {
    const metrics = resolveMetrics(['roc-auc', 'confusion-matrix']);
    const single = smallRun({ metrics });
    await trainLocally(single.run, control);
    for (const evaluator of [undefined, slow(single.run)]) {
      const { shell, join, notices } = cluster({ metrics }, 2, undefined, evaluator);
      join('ada');
      join('ben');
      await shell.ended;
      expect(judgements(notices)).toEqual(judgements(single.notices));
    }
  });

  it('are of the average of the weights where a run is judged by it, and training goes on from the weights themselves', async () => {
    const steered = { metrics: resolveMetrics(['rmse']), ema: 0.9 };
    const single = smallRun(steered);
    const end = await trainLocally(single.run, control);
    for (const totalSteps of [4, 23]) {
      const evaluator = totalSteps === 4 ? hung(single.run) : slow(single.run);
      const { shell, join, notices } = cluster({ ...steered, totalSteps }, 2, undefined, evaluator);
      join('ada');
      join('ben');
      const own = smallRun({ ...steered, totalSteps });
      expect(await shell.ended).toEqual(totalSteps === 23 ? end : await trainLocally(own.run, control));
      if (totalSteps === 23) expect(judgements(notices)).toEqual(judgements(single.notices));
    }
  });

  it('are made by its workers alone where the coordinator never comes to it', async () => {
    const totalSteps = 4;
    const { shell, join, notices } = cluster({ totalSteps }, 2, undefined, hung(smallRun().run));
    join('ada');
    join('ben');
    expect(await shell.ended).toEqual(await alone({ totalSteps }));
    const single = smallRun({ totalSteps });
    await trainLocally(single.run, control);
    expect(judgements(notices)).toEqual(judgements(single.notices));
  });

  it('are finished by those who are left when one goes that judges', async () => {
    const { shell, join, joinMute, notices, pass, stepsDone } = cluster(
      { totalSteps: 4 },
      1,
      undefined,
      hung(smallRun().run),
    );
    join('steady');
    await stepsDone(3);
    // It takes parts and answers none.
    void joinMute();
    const ended = shell.ended.then(() => true);
    await pass(6000);
    expect(await ended).toBe(true);
    expect(notices).toContainEqual(expect.objectContaining({ type: 'finished', step: 4 }));
  });

  it('decide about a run that was paused and let go before they were there', async () => {
    const steered = { validation: { rows: 31, every: 2 }, steering: resolveSteering({ patience: 0 }) };
    const { evaluator, let: judge } = worseAtStepFour();
    const { shell, join, notices, pass, stepsDone } = cluster(steered, 1, undefined, evaluator);
    join('steady');
    await stepsDone(3);
    shell.pause();
    await stepsDone(4);
    shell.resume();
    await pass(1000);
    judge();
    expect(await shell.ended).toMatchObject({ type: 'completed', step: 4 });
    const told = notices
      .map(({ type }) => type)
      .filter((type) => /^(paused|resumed|validated|steered)$/.test(type));
    expect(told).toEqual(['validated', 'paused', 'resumed', 'validated', 'steered']);
  });

  it('are in doubt when two computations of a part gave different bits', async () => {
    const sums = (lossSum: number) => ({ lossSum, tallies: [Float64Array.of(1, 2), new Float64Array(9)] });
    const { run, notices } = smallRun({ totalSteps: 4 }, undefined, {
      begin: () => undefined,
      evaluate: (parts) => Promise.resolve(parts.map(() => sums(1))),
      judge: () => Promise.resolve(sums(2)),
      close: () => undefined,
    });
    run.helpedBy({ lend: ({ answer }) => answer(0, new Float32Array(3), { name: 'eve' }) });
    await trainLocally(run, control);
    expect(notices.filter(({ type }) => type === 'disagreed')).toEqual([
      { type: 'disagreed', step: 4, first: 'eve', second: 'the coordinator' },
    ]);
    expect(run.disagreedAt).toBe(4);
  });
});
