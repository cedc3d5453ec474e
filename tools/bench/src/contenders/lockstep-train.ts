import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BenchError } from '../bench-error.ts';
import type { Contender } from '../benchmark-case.ts';
import { rootFolder } from '../paths.ts';
import { readFinished } from '../train-output.ts';

/** `lockstep train` as a user runs it. @param args further arguments */
export const lockstepTrain = (name: string, args: readonly string[]): Contender => ({
  name,
  open: async () => ({
    measure: async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-bench-'));
      try {
        const { samplesPerSecond, weightsSha256 } = readFinished(
          await train([...args, '--format', 'json', '--port', '0', '--out', path.join(folder, 'run')]),
        );
        return { value: samplesPerSecond, result: weightsSha256 };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  }),
});

/** What it prints on standard output. */
function train(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [path.join(rootFolder, 'bin/lockstep.mjs'), 'train', ...args],
      { env: withoutSettings(process.env), maxBuffer: 64 * 1024 * 1024 },
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

/** The environment may set what a benchmark must not vary, as LOCKSTEP_LR does. */
const withoutSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LOCKSTEP_')));
