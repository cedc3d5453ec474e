import { resolve } from 'node:path';
import { CommandError, EXIT, type CoordinatorLaunch, type RunConfig } from '@lockstep/config';
import { createNodeBackend } from '@lockstep/math-native';
import { Trainer } from '@lockstep/shell';
import { datasetPlaceOf, nextTerm, setAside, type Resumption } from '@lockstep/storage';
import { BACKEND_PROOF, proveBackend } from '@lockstep/worker';
import { freshDataset, resumedDataset, type RunDataset } from './dataset.ts';
import { findResumption } from './resume.ts';
import { freshRunConfig, resumedRunConfig } from './run-config.ts';
import { openRunFolder, recordStart } from './run-folder.ts';

/** A run that is ready to train. */
export interface PreparedRun {
  readonly config: RunConfig;
  readonly trainer: Trainer;
  readonly folder: string;
  readonly term: number;
  /** The run's identity. */
  readonly runId: string;
  /** The checkpoint it goes on from. */
  readonly resumedFrom: string | undefined;
}

/**
 * Everything before the first step that can go wrong: the checkpoint to go on from, the data, the configuration, the run's folder.
 * @throws errors whose message is for people (`describeFailure`), before anything was changed
 */
export async function prepareRun(
  options: CoordinatorLaunch['options'],
  warn: (text: string) => void,
): Promise<PreparedRun> {
  const { values } = options;
  const resumption = values.resume === undefined ? undefined : findResumption(values.resume, values.out);
  resumption?.warnings.forEach(warn);
  if (values.resume === 'auto' && resumption === undefined) {
    warn('no checkpoint to go on from: this run starts from nothing');
  }
  const data = datasetOf(options, resumption);
  data.remarks.forEach(warn);
  const config =
    resumption === undefined
      ? freshRunConfig(options, data)
      : resumedRunConfig(resumption.config, options, data, resumption.file);
  if (resumption !== undefined) refuseToGoBack(resumption, config);
  const isResumed = values.resume !== undefined;
  const now = new Date();
  const folder = await openRunFolder(values.out ?? resumption?.folder, config, { isResumed, now });
  // Among the newest, which are kept, they would take the place of good ones.
  if (resumption !== undefined && resolve(resumption.folder) === resolve(folder)) {
    for (const file of resumption.damaged) await setAside(file);
  }
  const term = await nextTerm(folder, resumption?.checkpoint.term ?? 0);
  const step = resumption?.checkpoint.step ?? 0;
  const { run: runId } = await recordStart(folder, resumption?.checkpoint.run, {
    ...{ term, step, now },
    dataset: datasetPlaceOf(data.place, folder),
  });
  const { backend, warning } = await createNodeBackend(values.backend, {
    heapBytes: Trainer.heapBytes(config),
    proof: BACKEND_PROOF,
  });
  if (warning !== undefined) warn(warning);
  proveBackend(backend);
  const trainer = new Trainer(config, data, backend, resumption?.checkpoint);
  return { config, trainer, folder, term, runId, resumedFrom: resumption?.file };
}

/** @throws {CommandError} exit 2 when the run would end before the checkpoint it goes on from */
function refuseToGoBack({ checkpoint, file }: Resumption, { totalSteps }: RunConfig): void {
  if (checkpoint.step <= totalSteps) return;
  throw new CommandError(
    EXIT.usage,
    `${file} is at step ${checkpoint.step}, and the run would end at step ${totalSteps}: ` +
      'give more by --epochs or --max-steps, or name an earlier checkpoint by --resume FILE',
  );
}

/** The dataset of the checkpoint, or for a new run the one that is named. */
function datasetOf(
  { values, sources }: CoordinatorLaunch['options'],
  resumption: Resumption | undefined,
): RunDataset {
  if (resumption === undefined) return freshDataset(values.dataset);
  return resumedDataset(resumption, sources.dataset === 'default' ? undefined : values.dataset);
}
