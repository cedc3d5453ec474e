import { parseRunConfig } from '@lockstep/config';
import { resolveMetrics, resolveModel } from '@lockstep/nn';
import { expect, it } from 'vitest';
import { trainAlone } from './scenario/oracle.ts';
import { makeData } from './scenario/run-of-seed.ts';
import { scenarioOf, type FaultPlan } from './scenario/scenario.ts';
import { simulate } from './simulate.ts';
import { Dice } from './world/dice.ts';

const faultAt = (kind: FaultPlan['kind'], atStep: number): FaultPlan => ({
  ...{ kind, atStep },
  ...{ afterMicros: 1000, durationMicros: 900_000 },
});

it.each([
  ['labels', 'binary-cross-entropy', ['f1', 'roc-auc', 'binary-accuracy']],
  ['numbers', 'huber', ['r2', 'mae']],
] as const)(
  'a run whose rows are to come to %s has the bits of one process, whatever dies on the way',
  async (target, loss, metrics) => {
    const scenario = scenarioOf(11);
    const { config } = scenario;
    const { featureCount, classCount } = config.dataset;
    const model = resolveModel({
      input: [featureCount],
      layers: [{ type: 'dense', units: 5 }, { type: 'tanh' }, { type: 'dense', units: classCount }],
      loss,
    });
    const dataset = { ...config.dataset, target };
    const ownConfig = parseRunConfig({ ...config, dataset, model, metrics: resolveMetrics(metrics) });
    const own = {
      ...scenario,
      workers: scenario.workers.filter(({ misbehaviour }) => misbehaviour === undefined),
      config: ownConfig,
      data: makeData(ownConfig, new Dice(1, 1)),
      faults: [faultAt('worker-killed', 3), faultAt('coordinator-killed', 8)],
      checkpointEvery: 3,
    };
    const report = await simulate(own);
    expect(report.failures).toEqual([]);
    expect(report.faults['coordinator-killed']).toBeGreaterThan(0);
    expect((await trainAlone(own)).type).toBe('completed');
  },
);
