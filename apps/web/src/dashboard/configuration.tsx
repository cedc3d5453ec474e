import type { JSX } from 'preact';
import type { RunFacts } from '@lockstep/metrics';
import { Copyable } from './invitation.tsx';
import { quoted } from '../ui/quoted.ts';
import { facts } from './state.ts';

type Config = RunFacts['config'];

/** What the run's bits follow from, and the command that repeats it. */
export function Configuration(): JSX.Element {
  const { config } = facts.value!;
  const { dataset, model } = config;
  const entries: readonly (readonly [string, string])[] = [
    ['Data', `${dataset.name}, ${dataset.trainRows.toLocaleString('en-US')} rows of ${dataset.featureCount}`],
    ['Network', `${model.sizes.join(' – ')}, ${model.outputActivation} output`],
    ['Mini-batch', `${config.batchSize} rows in leaves of ${config.leafRows}`],
    ['Learning rate', String(config.learningRate)],
    ['Seed', String(config.seed)],
    ['Contract', config.contract],
  ];
  return (
    <section class="panel configuration" aria-labelledby="configuration-title">
      <h2 id="configuration-title">Configuration</h2>
      <dl>
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        In a clone after <code>npm ci</code> this gives the same sha256 on one process, whoever computes here:
      </p>
      <Copyable text={commandOf(config)} />
    </section>
  );
}

/** The command that repeats the run in one process. */
function commandOf({ dataset, model, batchSize, leafRows, learningRate, seed, totalSteps }: Config): string {
  const hidden = model.sizes.slice(1, -1);
  const perEpoch = Math.ceil(dataset.trainRows / batchSize);
  const isWhole = totalSteps % perEpoch === 0;
  const length = isWhole
    ? `--epochs ${totalSteps / perEpoch}`
    : `--epochs ${Math.ceil(totalSteps / perEpoch)} --max-steps ${totalSteps}`;
  return [
    'node bin/lockstep.mjs train --workers 0',
    `--dataset ${quoted(dataset.name)} --hidden ${hidden.length === 0 ? 'none' : hidden.join(',')}`,
    `--output ${model.outputActivation} ${length} --batch-size ${batchSize} --leaf-rows ${leafRows}`,
    `--lr ${learningRate} --seed ${seed}`,
  ].join(' ');
}
