import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { BenchError } from '../bench-error.ts';
import type { Contender, Measurement } from '../benchmark-case.ts';
import { usageOf } from '../probe/reading.ts';
import { readFinished, type Finished } from '../train-output.ts';
import { InstantWorker } from './instant-worker.ts';
import { probeEnvironment, readRecords } from './probed-train.ts';
import { inTemporaryFolder, LOCKSTEP, withoutSettings } from './train-process.ts';

const MEGABYTE = 1e6;
/** Contributions of one measurement, over all workers: enough steps for a steady part, however many workers there are. */
const CONTRIBUTIONS = 500;
const LEAST_STEPS = 12;

/** Title of the figure that says how much moves in a step, in and out. */
export const MEGABYTES = 'MB moved';

/**
 * A step of the real coordinator with `count` workers that compute nothing, all of them in this one process.
 * @param args of `lockstep coordinator`
 */
export const instantWorkers = (name: string, count: number, args: readonly string[]): Contender => ({
  name,
  open: async () => ({ measure: () => measureSteps(count, args) }),
});

const measureSteps = (count: number, args: readonly string[]): Promise<Measurement> =>
  inTemporaryFolder(async (folder) => {
    const steps = Math.max(LEAST_STEPS, Math.round(CONTRIBUTIONS / count));
    const all = [...args, '--min-workers', String(count), '--max-steps', String(steps)];
    const finished = await coordinate(folder, all, async (url) => {
      for (let worker = 1; worker <= count; worker++) await InstantWorker.join(url, `instant-${worker}`);
    });
    const usage = usageOf('coordinator', await readRecords(folder), finished.step);
    return {
      value: finished.stepMillis,
      extra: {
        [MEGABYTES]: (usage.bytesInPerStep + usage.bytesOutPerStep) / MEGABYTE,
        'peak MB': usage.peakBytes / MEGABYTE,
      },
    };
  });

/** Runs `lockstep coordinator` to its end, with the workers that `join` sends to it. @throws {BenchError} `train-failed` */
async function coordinate(
  folder: string,
  args: readonly string[],
  join: (url: string) => Promise<void>,
): Promise<Finished> {
  const ending = ['--port', '0', '--format', 'json', '--out', path.join(folder, 'run')];
  const child = spawn(process.execPath, [LOCKSTEP, 'coordinator', ...args, ...ending], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutSettings(process.env), ...probeEnvironment('usage', folder) },
  });
  const end = (): void => void child.kill();
  process.once('exit', end);
  let errors = '';
  child.stderr.setEncoding('utf8');
  const url = new Promise<string>((resolve) =>
    child.stderr.on('data', (chunk: string) => {
      errors += chunk;
      const found = /\bws:\/\/[\w.:[\]]+/.exec(errors)?.[0];
      if (found !== undefined && errors.endsWith('\n')) resolve(found);
    }),
  );
  const output = text(child.stdout);
  const closed = once(child, 'close');
  await Promise.race([url.then(join), closed]);
  await closed;
  process.off('exit', end);
  if (child.exitCode !== 0)
    throw new BenchError('train-failed', `lockstep coordinator failed: ${errors.trim()}`);
  return readFinished(await output);
}
