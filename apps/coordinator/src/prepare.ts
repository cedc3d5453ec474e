import { CommandError, EXIT, type CoordinatorLaunch, type RunConfig } from '@lockstep/config';
import type { Backend } from '@lockstep/math';
import { splitValidation } from '@lockstep/data';
import { createNodeBackend } from '@lockstep/math-native';
import { Trainer } from '@lockstep/shell';
import {
  guardedFiles,
  nodeFiles,
  type FileSystem,
  type FolderLock,
  type Resumption,
} from '@lockstep/storage';
import { BACKEND_PROOF, PROOF_HEAP_BYTES, proveBackend } from '@lockstep/worker';
import { freshDataset, resumedDataset, type RunDataset } from './dataset.ts';
import { doubtOf } from './doubt.ts';
import {
  fittedWeights,
  readGivenWeights,
  refuseInitBesideResume,
  type GivenWeights,
} from './given-weights.ts';
import { freshRunConfig, resumedRunConfig } from './run-config.ts';
import { belongingIn } from './run-folder/belonging.ts';
import { chooseRun } from './run-folder/choice.ts';
import { refuseTooLarge } from './too-large.ts';
import { claimFolder } from './run-folder/claim.ts';
import { settleBest } from './run-folder/best.ts';
import { openRunFolder } from './run-folder/open.ts';

/** A run that is ready to train, in a folder that is this process's alone. Nothing is written there before `begin`. */
export interface PreparedRun {
  readonly config: RunConfig;
  readonly trainer: Trainer;
  readonly folder: string;
  /** The run's identity. */
  readonly runId: string;
  /** The checkpoint it goes on from. */
  readonly resumedFrom: string | undefined;
  /** The file of the weights that it was given to start from, which nothing else in its folder tells; undefined where none were. */
  readonly initialWeights: string | undefined;
  readonly lock: FolderLock;
  /** To write in the folder with: refuses once the folder is lost. */
  readonly files: FileSystem;
  /** Writes down that the run starts. @returns the term of this start */
  begin(): Promise<number>;
  /** Sees to the checkpoint of its best evaluation, once it began. @returns where it lies; undefined where there is none */
  settleBest(): Promise<string | undefined>;
  /** Lets go of the folder, and leaves everything as it was. */
  abandon(): void;
  /** The first step that it follows from in which two computations gave different bits. */
  readonly disagreedAt: number | undefined;
}

/**
 * Everything before the first step that can go wrong: the folder, which is locked first; the checkpoint to go on from, the data and
 * the configuration.
 * @throws errors whose message is for people (`describeFailure`), with everything as it was
 */
export async function prepareRun(
  options: CoordinatorLaunch['options'],
  warn: (text: string) => void,
): Promise<PreparedRun> {
  const { values } = options;
  const now = new Date();
  refuseInitBesideResume(values);
  const choice = chooseRun(values, warn);
  const { datasetName = values.dataset } = choice;
  const claimed = await claimFolder(choice.folder, { datasetName, now, say: warn });
  try {
    const resumption = choice.find();
    resumption?.warnings.forEach(warn);
    const given = givenWeightsOf(values.init, resumption, warn);
    const data = datasetOf(options, resumption);
    data.remarks.forEach(warn);
    const fitted = given && fittedWeights(given, freshRunConfig(options, data));
    if (fitted?.remark !== undefined) warn(fitted.remark);
    const config =
      resumption === undefined
        ? freshRunConfig(options, data, fitted)
        : resumedRunConfig(resumption.config, options, data, resumption.file);
    if (resumption !== undefined) refuseToGoBack(resumption, config);
    const { path: folder, lock } = claimed;
    const belonging = belongingIn(folder, {
      ...{ resumption, config },
      initialWeights: fitted && { file: given.file, weightsSha256: fitted.sha256 },
    });
    belonging.notes.forEach(warn);
    refuseTooLarge(config);
    const backend = await makeBackend(values.backend, config, warn);
    const files = guardedFiles(nodeFiles, () => lock.assertMine());
    const disagreedAt = doubtOf([folder, resumption?.folder], resumption?.checkpoint);
    return {
      disagreedAt,
      ...{ config, folder, lock, files, runId: belonging.record.run, resumedFrom: resumption?.file },
      trainer: new Trainer(
        config,
        heldBack(data, config),
        backend,
        resumption?.checkpoint ?? (fitted && { weights: fitted.weights, step: 0 }),
      ),
      initialWeights: given?.file,
      async begin() {
        const term = await openRunFolder({
          ...{ folder, files, belonging, config, resumption, now, disagreedAt },
          dataset: data.place,
          say: warn,
        });
        lock.began(term);
        return term;
      },
      settleBest: () => settleBest({ folder, files, run: belonging.record.run, resumption, say: warn }),
      abandon: () => claimed.abandon(),
    };
  } catch (error) {
    claimed.abandon();
    throw error;
  }
}

/** The data without the rows that the run holds back for validation, and those. @throws {DataError} */
function heldBack(data: RunDataset, { validation, seed }: RunConfig): RunDataset {
  if (validation === undefined) return data;
  return { ...data, ...splitValidation(data.train, validation.rows, seed) };
}

async function makeBackend(
  choice: CoordinatorLaunch['options']['values']['backend'],
  config: RunConfig,
  warn: (text: string) => void,
): Promise<Backend> {
  const { backend, warning } = await createNodeBackend(choice, {
    heapBytes: Trainer.heapBytes(config),
    proof: BACKEND_PROOF,
  });
  if (warning !== undefined) warn(warning);
  // `auto` takes no fast one that is not proved. Others are proved on memory that is given back, and not on the run's.
  if (choice !== 'auto' || backend.name === 'reference') {
    proveBackend((await createNodeBackend(backend.name, { heapBytes: PROOF_HEAP_BYTES })).backend);
  }
  return backend;
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

/** The weights of --init, for a run that begins: what starts a run again by itself names them each time. */
function givenWeightsOf(
  init: string | undefined,
  resumption: Resumption | undefined,
  warn: (text: string) => void,
): GivenWeights | undefined {
  if (init === undefined || resumption === undefined)
    return init === undefined ? undefined : readGivenWeights(init);
  warn(`--init ${init} is for the beginning of a run, and this one goes on from ${resumption.file}`);
  return undefined;
}

/** The dataset of the checkpoint, or for a new run the one that is named. */
function datasetOf(
  { values, sources }: CoordinatorLaunch['options'],
  resumption: Resumption | undefined,
): RunDataset {
  if (resumption === undefined) return freshDataset(values.dataset);
  return resumedDataset(resumption, sources.dataset === 'default' ? undefined : values.dataset);
}
