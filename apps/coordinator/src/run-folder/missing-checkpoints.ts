import { CommandError, EXIT } from '@lockstep/config';
import { describeRun, type RunRecord } from '@lockstep/storage';
import { readEnded } from '../over/ended-file.ts';

/**
 * What a run's folder that holds no checkpoint tells of steps that were taken, for people; undefined where a run that is started anew
 * loses nothing.
 */
export function stepsToldOf(folder: string, record: RunRecord | undefined): string | undefined {
  const run = record === undefined ? 'its run' : describeRun(record);
  const ended = readEnded(folder);
  if (ended !== undefined) {
    const { reason, step, weightsSha256 } = ended;
    return `${run} ${reason} at step ${step} (ended.json; weights sha256 ${weightsSha256})`;
  }
  const start = record?.starts.findLast(({ step }) => step > 0);
  if (start === undefined) return undefined;
  const parent = start.step === record?.parent?.step ? ` of ${record.parent.file}` : '';
  return `${run} went on from step ${start.step}${parent} at ${start.began} (run.json)`;
}

/**
 * For a folder that holds no checkpoint.
 * @throws {CommandError} exit 3 where steps were taken: a result that was moved away is not started anew in its place
 */
export function refuseMissing(folder: string, record: RunRecord | undefined): void {
  const told = stepsToldOf(folder, record);
  if (told === undefined) return;
  const what = readEnded(folder)?.reason === 'completed' ? 'its final.safetensors' : 'one';
  throw new CommandError(
    EXIT.badCheckpoint,
    `${told}, and ${folder} holds no checkpoint: put ${what} back there to go on, ` +
      'or give another --out, or remove the folder, to start anew',
  );
}
