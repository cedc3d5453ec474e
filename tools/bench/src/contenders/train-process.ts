import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BenchError } from '../bench-error.ts';
import { rootFolder } from '../paths.ts';
import { readFinished, type Finished } from '../train-output.ts';

/** The `lockstep` command. */
export const LOCKSTEP = path.join(rootFolder, 'bin/lockstep.mjs');

/** The environment may set what a benchmark must not vary, as LOCKSTEP_LR does. */
export const withoutSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LOCKSTEP_')));

/** Calls `work` with a folder that exists meanwhile. */
export async function inTemporaryFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs `lockstep train` as a user does, on `port` or any free one, into a folder that is removed afterwards.
 * @param env added to the environment
 * @throws {BenchError} `train-failed`, `bad-output`
 */
export const trainOnce = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  port = 0,
): Promise<Finished> =>
  inTemporaryFolder(async (folder) =>
    readFinished(
      await runTrain(
        [...args, '--format', 'json', '--port', String(port), '--out', path.join(folder, 'run')],
        env,
      ),
    ),
  );

/** What it prints on standard output. */
function runTrain(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [LOCKSTEP, 'train', ...args],
      { env: { ...withoutSettings(process.env), ...env }, maxBuffer: 64 * 1024 * 1024 },
      (cause, stdout, stderr) => {
        process.off('exit', end);
        if (cause === null) resolve(stdout);
        else reject(new BenchError('train-failed', `lockstep train failed: ${stderr.trim()}`, { cause }));
      },
    );
    const end = (): void => void child.kill();
    process.once('exit', end);
  });
}
