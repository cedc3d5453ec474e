import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Check, hex, integer, list, Mismatch, object, text } from '@lockstep/config';
import { writeFileAtomically } from './atomic-write.ts';
import type { DatasetPlace } from './dataset-places.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { describeCause, StorageError, systemCodeOf } from './storage-error.ts';

/** Where a coordinator writes down which run its folder belongs to. */
export const RUN_RECORD_NAME = 'run.json';

const FORMAT = 'lockstep-run-1';

/** Starts that are remembered: the first, and the newest. A coordinator that is started again and again fills no disk. */
const MOST_STARTS = 100;

/** One start of a coordinator in a run's folder. */
export interface RunStart {
  /** By the clock on the wall, UTC, as `2026-11-29T09:30:05.123Z`; later than every start of the run before. */
  readonly began: string;
  readonly term: number;
  /** Committed steps it went on from. */
  readonly step: number;
  readonly host: string;
  readonly pid: number;
  /** Of Lockstep. */
  readonly version: string;
}

/** The checkpoint of another run that a run went on from. */
export interface RunParent {
  /** Left out where an earlier version wrote it. */
  readonly run?: string;
  readonly step: number;
  readonly term: number;
  /** The absolute path of its file. */
  readonly file: string;
}

/** The weights that a run was given at its start. */
export interface RunInitialWeights {
  /** The absolute path of the file. */
  readonly file: string;
  readonly weightsSha256: string;
}

/**
 * Which run a folder belongs to, and what else outlives a start without being part of the run's configuration: no bit of the
 * result follows from it. Fields that this version does not know stay as they are.
 */
export interface RunRecord {
  readonly format: typeof FORMAT;
  /** The run's identity: 32 hexadecimal digits. */
  readonly run: string;
  /** The oldest first. */
  readonly starts: readonly RunStart[];
  /** Where it branched off, if anywhere. */
  readonly parent?: RunParent;
  readonly initialWeights?: RunInitialWeights;
  /** Where its data was last found. */
  readonly dataset?: DatasetPlace;
  /** The first step in which two computations of one span gave different bits, of those the run still follows from. */
  readonly disagreedAt?: number;
}

const place = text(16_384);
const runId = hex(32);
const whole = integer(0);

const began: Check<string> = (value, path) => {
  const isDate = typeof value === 'string' && value.length <= 32 && !Number.isNaN(Date.parse(value));
  if (isDate) return value;
  throw new Mismatch(path, 'a date');
};

/** What has to be sound in a record; what else it holds is not looked at. */
const FIELDS = {
  run: runId,
  starts: list(
    object({
      began,
      term: whole,
      step: whole,
      host: text(1024),
      pid: whole,
      version: text(64),
    }),
    0,
    MOST_STARTS,
  ),
};
const OPTIONAL_FIELDS = {
  parent: object({ step: whole, term: whole, file: place }, { run: runId }),
  initialWeights: object({ file: place, weightsSha256: hex(64) }),
  dataset: object({ absolute: place, relative: place }),
  disagreedAt: whole,
};

/** The identity of a new run: 128 bits by chance. */
export const makeRunId = (): string => randomBytes(16).toString('hex');

/** The record of a run that has not started yet. */
export const newRunRecord = (
  run: string = makeRunId(),
  origin: Pick<RunRecord, 'parent' | 'initialWeights'> = {},
): RunRecord => ({ format: FORMAT, run, starts: [], ...origin });

/** `record` with one more start. A clock that was set back does not put it before the starts that came before it. */
export function withStart(record: RunRecord, start: RunStart): RunRecord {
  const last = record.starts.at(-1);
  const earliest = last === undefined ? 0 : Date.parse(last.began) + 1;
  const time = new Date(Math.max(Date.parse(start.began), earliest)).toISOString();
  const starts = [...record.starts, { ...start, began: time }];
  const kept = starts.length <= MOST_STARTS ? starts : [starts[0]!, ...starts.slice(1 - MOST_STARTS)];
  return { ...record, starts: kept };
}

/** `record` with the step from which on what it follows from is in doubt; without one where that is undefined. */
export function withDoubt(record: RunRecord, disagreedAt: number | undefined): RunRecord {
  const { disagreedAt: _before, ...others } = record;
  return disagreedAt === undefined ? others : { ...others, disagreedAt };
}

/** Notes in the record of `folder` that two computations of a part of `step` differed, unless an earlier step is noted. */
export async function recordDisagreement(
  folder: string,
  step: number,
  files: FileSystem = nodeFiles,
): Promise<void> {
  const record = readRunRecord(folder, files);
  if (record === undefined || (record.disagreedAt ?? Infinity) <= step) return;
  await writeRunRecord(folder, { ...record, disagreedAt: step }, files);
}

/**
 * What a coordinator wrote down in `folder`; undefined where none did.
 * @throws {StorageError} `bad-record` when it is damaged, or of a later version; `read-failed`
 */
export function readRunRecord(folder: string, files: FileSystem = nodeFiles): RunRecord | undefined {
  const path = join(folder, RUN_RECORD_NAME);
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(files.read(path));
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(cause))) return undefined;
    const detail = `cannot read ${path} (${describeCause(cause)}); check that it is a readable file`;
    throw new StorageError('read-failed', detail, { cause });
  }
  try {
    return parseRunRecord(JSON.parse(json));
  } catch (cause) {
    const detail =
      `${path} is not what a coordinator writes (${(cause as Error).message}); ` +
      'restore it, or remove it: the checkpoints beside it then say which run they belong to';
    throw new StorageError('bad-record', detail, { cause });
  }
}

/** @throws {StorageError} `disk-full`, `write-failed` */
export function writeRunRecord(
  folder: string,
  record: RunRecord,
  files: FileSystem = nodeFiles,
): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(record, null, 2) + '\n');
  return writeFileAtomically(join(folder, RUN_RECORD_NAME), bytes, files);
}

/** @throws {Mismatch} */
function parseRunRecord(value: unknown): RunRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Mismatch('', 'an object');
  const record = value as Readonly<Record<string, unknown>>;
  if (record['format'] !== FORMAT) throw new Mismatch('format', FORMAT);
  for (const [name, check] of Object.entries(FIELDS)) check(record[name], name);
  for (const [name, check] of Object.entries(OPTIONAL_FIELDS)) {
    if (record[name] !== undefined) check(record[name], name);
  }
  return record as unknown as RunRecord;
}

/** How people are told of a run: its name's beginning, and when it first started. */
export function describeRun({ run, starts }: Pick<RunRecord, 'run' | 'starts'>): string {
  const first = starts[0];
  return first === undefined ? `run ${shortRunId(run)}` : `run ${shortRunId(run)} of ${first.began}`;
}

/** Enough of a run's identity for people to tell two apart. */
export const shortRunId = (run: string): string => run.slice(0, 8);
