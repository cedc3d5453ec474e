import { describeModel } from '@lockstep/nn';
import type { JSX } from 'preact';
import { Copyable } from './invitation.tsx';
import { commandOf, keepsStandardisation } from './repetition.ts';
import { facts } from './state.ts';

/** What the run's bits follow from, and the command that repeats it. */
export function Configuration(): JSX.Element {
  const { config } = facts.value!;
  const { dataset, model, standardisation, initialWeights } = config;
  const entries: readonly (readonly [string, string])[] = [
    ['Data', `${dataset.name}, ${dataset.trainRows.toLocaleString('en-US')} rows of ${dataset.featureCount}`],
    ['Network', describeModel(model)],
    ['Mini-batch', `${config.batchSize} rows in leaves of ${config.leafRows}`],
    ['Learning rate', describeRate(config)],
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
        {keepsStandardisation(config) ? (
          <>
            This has the same settings, but not the same sha256: the run keeps the standardisation of an
            earlier version, mean {short(standardisation.mean)} and deviation{' '}
            {short(standardisation.deviation)}, and a new run on its data has another:
          </>
        ) : (
          <>
            In a clone after <code class="short">npm ci</code> this gives the same sha256 on one process,
            whoever computes here:
          </>
        )}
      </p>
      <Copyable text={commandOf(config)} />
      {initialWeights !== undefined && (
        <p>
          FILE is a checkpoint with the weights that the run began with, of sha256{' '}
          <code>{initialWeights.sha256}</code>.
        </p>
      )}
    </section>
  );
}

/** "0.05", "0.05, cosine". */
const describeRate = ({ learningRate, schedule }: (typeof facts.value & object)['config']): string =>
  [learningRate, schedule?.type, schedule?.warmUp && 'warm-up'].filter(Boolean).join(', ');

const short = (value: number): number => Number(value.toPrecision(6));
