import { parseRunConfig } from '@lockstep/config';
import { resolveMetrics, resolveModel } from '@lockstep/nn';
import { it } from 'vitest';
import { makeData } from './scenario/run-of-seed.ts';
import { scenarioOf } from './scenario/scenario.ts';
import { expectBitsThroughKills } from './testing/through-kills.ts';
import { Dice } from './world/dice.ts';

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
    const data = makeData(ownConfig, new Dice(1, 1));
    await expectBitsThroughKills({ ...scenario, config: ownConfig, data });
  },
);
