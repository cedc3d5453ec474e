import { CommandError, EXIT, parseRunConfig } from '@lockstep/config';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { readRunRecord, shortRunId, type RunRecord } from './run-record.ts';
import { surveyCheckpoints, type SurveyedCheckpoint } from './survey.ts';

/** Whose folder it is, and what of it belongs to that run. */
export interface OwnCheckpoints {
  /** The run of the folder; undefined where nobody wrote one down, as earlier versions did not. */
  readonly run: string | undefined;
  /** What the coordinator wrote down there, where it can be read. */
  readonly record: RunRecord | undefined;
  /** The run's checkpoints, the furthest first; those that cannot be read are among them. */
  readonly own: readonly SurveyedCheckpoint[];
  /** How many checkpoints of other runs lie there too. */
  readonly foreignCount: number;
  /** What is passed over, for people. */
  readonly warnings: readonly string[];
}

/**
 * The checkpoints in `folder` that belong to its run. Which run that is says `run.json`, or the checkpoints where there is none. A
 * checkpoint that names no run, as earlier versions wrote them, belongs to the folder's when it was trained in the same way.
 * @throws {CommandError} exit 3 when nobody can tell which of several runs the folder belongs to
 * @throws {StorageError} `read-failed`
 */
export function ownCheckpoints(folder: string, files: FileSystem = nodeFiles): OwnCheckpoints {
  const all = surveyCheckpoints(folder, files);
  const warnings: string[] = [];
  const record = recordOf(folder, files, warnings);
  const run = record?.run ?? runOfFiles(folder, all);
  const known = all.find(({ head }) => run !== undefined && head?.run === run);
  const own = all.filter((file) => {
    const reason = foreignTo(run, known, file);
    if (reason !== undefined) warnings.push(`passed over ${file.path}, which ${reason}`);
    return reason === undefined;
  });
  return { run, record, own, foreignCount: all.length - own.length, warnings };
}

function recordOf(folder: string, files: FileSystem, warnings: string[]): RunRecord | undefined {
  try {
    return readRunRecord(folder, files);
  } catch (error) {
    warnings.push((error as Error).message);
    return undefined;
  }
}

/** Without a record the checkpoints have to agree. */
function runOfFiles(folder: string, all: readonly SurveyedCheckpoint[]): string | undefined {
  const runs = new Set(all.flatMap(({ head }) => head?.run ?? []));
  if (runs.size <= 1) return [...runs][0];
  throw new CommandError(
    EXIT.badCheckpoint,
    `${folder} holds checkpoints of ${runs.size} runs and no run.json that says which is its own: ` +
      `name one by --resume FILE, with another --out (${all.map(({ name }) => name).join(', ')})`,
  );
}

/** Why a checkpoint is not the run's; undefined when it is, or cannot be read. */
function foreignTo(
  run: string | undefined,
  known: SurveyedCheckpoint | undefined,
  { head }: SurveyedCheckpoint,
): string | undefined {
  if (head === undefined || head.run === run) return undefined;
  if (head.run !== undefined) {
    return `belongs to run ${shortRunId(head.run)}, and the folder to run ${shortRunId(run ?? '')}`;
  }
  if (known === undefined || trainingOf(known) === trainingOf({ head })) return undefined;
  return 'was trained in another way than the run of this folder';
}

/** What two checkpoints of one run agree in: everything that the bits follow from but the end. */
function trainingOf({ head }: Pick<SurveyedCheckpoint, 'head'>): string {
  try {
    const config = parseRunConfig(head?.config);
    const { contract, dataset, model, batchSize, leafRows, learningRate, optimizer, schedule, seed } = config;
    const steps = { learningRate, optimizer, schedule };
    return JSON.stringify({ contract, data: dataset.sha256, model, batchSize, leafRows, ...steps, seed });
  } catch {
    return 'unknown';
  }
}
