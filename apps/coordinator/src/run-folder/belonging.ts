import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandError, EXIT, parseRunConfigJson, type RunConfig } from '@lockstep/config';
import {
  describeRun,
  newRunRecord,
  ownCheckpoints,
  readRunRecord,
  shortRunId,
  type OwnCheckpoints,
  type Resumption,
  type RunInitialWeights,
  type RunRecord,
} from '@lockstep/storage';
import { isSamePlace } from './choice.ts';
import { refuseMissing } from './missing-checkpoints.ts';
import { CONFIG_NAME } from './names.ts';

/** What of a run's files somebody else's file may be called. */
const COMMON_NAMES = [CONFIG_NAME, 'journal.ndjson', 'view.json'];

/** A run that is to be kept in a folder. */
export interface Newcomer {
  /** What it goes on from; undefined when it starts from nothing. */
  readonly resumption: Resumption | undefined;
  readonly config: RunConfig;
  readonly initialWeights?: RunInitialWeights | undefined;
}

/** How a run belongs to its folder. */
export interface Belonging {
  /** What is to be written there, but for this start. */
  readonly record: RunRecord;
  /** What people should know of it. */
  readonly notes: readonly string[];
  /** The run that had the folder and wrote no checkpoint, if any: its journal is not this run's. */
  readonly replaces?: string;
}

/**
 * Which run goes on in `folder`: a folder belongs to one run. Changes nothing.
 * @throws {CommandError} exit 2 when it holds another run, or files of something else; exit 3 when the checkpoint is another run's, or
 * when the run's own were taken away
 */
export function belongingIn(folder: string, newcomer: Newcomer): Belonging {
  const there = ownCheckpoints(folder);
  const { resumption } = newcomer;
  return resumption === undefined
    ? ofFreshRun(folder, there, newcomer)
    : ofResumedRun(folder, there, resumption);
}

function ofResumedRun(folder: string, there: OwnCheckpoints, resumption: Resumption): Belonging {
  const { run, step, term } = resumption.checkpoint;
  const isHome = isSamePlace(resumption.folder, folder);
  const isOfThisRun = run === there.run || (isHome && (run === undefined || there.run === undefined));
  if (isOfThisRun && (isHome || run !== undefined)) {
    return { record: there.record ?? newRunRecord(run ?? there.run), notes: [] };
  }
  if (isHome || holdsRun(folder, there)) throw refusal(folder, there, resumption);
  refuseForeignFiles(folder);
  const file = resolve(resumption.file);
  const record = newRunRecord(undefined, { parent: { ...(run !== undefined && { run }), step, term, file } });
  const note = `${folder} gets a run of its own, ${shortRunId(record.run)}, which goes on from ${resumption.file}`;
  return { record, notes: [note] };
}

function ofFreshRun(folder: string, there: OwnCheckpoints, { config, initialWeights }: Newcomer): Belonging {
  if (there.own.length + there.foreignCount > 0) {
    throw new CommandError(
      EXIT.usage,
      `${folder} holds the checkpoints of a run already: go on with it by --resume auto, or give another --out`,
    );
  }
  refuseMissing(folder, there.record);
  const origin = initialWeights === undefined ? {} : { initialWeights };
  const before = configIn(folder);
  if (there.record === undefined && before === undefined) {
    refuseForeignFiles(folder);
    return { record: newRunRecord(undefined, origin), notes: [] };
  }
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(config)) {
    return { record: there.record ?? newRunRecord(undefined, origin), notes: [] };
  }
  const held = there.record === undefined ? 'a run' : describeRun(there.record);
  const note = `${folder} held ${held}, which wrote no checkpoint: this run takes its place`;
  const replaces = there.record === undefined ? 'before' : shortRunId(there.record.run);
  return { record: newRunRecord(undefined, origin), notes: [note], replaces };
}

const holdsRun = (folder: string, { run, own }: OwnCheckpoints): boolean =>
  run !== undefined || own.length > 0 || configIn(folder) !== undefined;

function refusal(
  folder: string,
  there: OwnCheckpoints,
  { file, folder: home, checkpoint }: Resumption,
): Error {
  const theirs = describeOwner(recordOf(home, checkpoint.run), checkpoint.run);
  const holder = describeOwner(there.record, there.run);
  return new CommandError(
    EXIT.badCheckpoint,
    `${file} belongs to ${theirs}, and ${folder} to ${holder}: to go on from that checkpoint give an empty folder as --out, ` +
      `to go on with the run of ${folder} give --resume auto`,
  );
}

/** What was written down of the run that a checkpoint belongs to, where it was taken from its folder. */
function recordOf(home: string, run: string | undefined): RunRecord | undefined {
  try {
    const record = readRunRecord(home);
    return record?.run === run ? record : undefined;
  } catch {
    return undefined;
  }
}

const describeOwner = (record: RunRecord | undefined, run: string | undefined): string =>
  record !== undefined
    ? describeRun(record)
    : run === undefined
      ? 'a run of an earlier version'
      : `run ${shortRunId(run)}`;

/** The configuration that a coordinator wrote in `folder`; undefined when there is none, or something else. */
function configIn(folder: string): RunConfig | undefined {
  try {
    return parseRunConfigJson(readFileSync(join(folder, CONFIG_NAME), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @throws {CommandError} exit 2 when something that is no run's would be overwritten */
function refuseForeignFiles(folder: string): void {
  const name = COMMON_NAMES.find((candidate) => existsSync(join(folder, candidate)));
  if (name === undefined) return;
  throw new CommandError(
    EXIT.usage,
    `${folder} holds no run, but a ${name} that one would overwrite: give another --out`,
  );
}
