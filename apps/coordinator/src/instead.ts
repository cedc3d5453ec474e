import { createNodeBackend } from '@lockstep/math-native';
import type { NoticeOf } from '@lockstep/metrics';
import { sweepConfigOf, sweepRates, Trainer } from '@lockstep/shell';
import { needsOf } from './too-large.ts';

/** What is said of a run that is ready, instead of training: what it would take. */
export const dryRunOf = (trainer: Trainer): NoticeOf<'dry-run'> => ({
  type: 'dry-run',
  parameterCount: trainer.layout.length,
  weightsSha256: trainer.weightsSha256(),
  ...needsOf(trainer.config),
});

/** The same, of the learning rates that its weights and data bear. */
export async function triedRates({
  backend: { name },
  config,
  data,
  weights,
}: Trainer): Promise<NoticeOf<'rates-tried'>> {
  const sweep = sweepConfigOf(config);
  const { backend } = await createNodeBackend(name, { heapBytes: Trainer.heapBytes(sweep) });
  const { suggested = null, ...found } = sweepRates(new Trainer(sweep, data, backend, { weights, step: 0 }));
  return { type: 'rates-tried', ...found, suggested };
}
