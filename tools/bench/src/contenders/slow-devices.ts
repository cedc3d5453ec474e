import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BenchError } from '../bench-error.ts';
import type { Contender } from '../benchmark-case.ts';
import { limitCpu } from './control-group.ts';
import { inTemporaryFolder, LOCKSTEP, withoutSettings } from './train-process.ts';

/** What a slow device is: so much of a core, dealt out often enough that it is slow and does not stutter. */
const DEVICE = { share: 0.1, periodMillis: 10 };

/** Which time of a run is its figure. */
export type RunFigure = 'step' | 'whole';

interface DeviceRun {
  /** Median milliseconds from one commit to the next. */
  readonly stepMillis: number;
  /** From the moment that every device is there to the last line, evaluations included. */
  readonly wholeSeconds: number;
  readonly weightsSha256: string;
}

/** A run whose workers are slow devices, on one thread each; its coordinator is not slow. */
export const slowDevices = (
  name: string,
  devices: number,
  figure: RunFigure,
  args: readonly string[],
): Contender => ({
  name,
  open: async () => {
    await requireGroups();
    return {
      detail: `each ${DEVICE.share * 100} % of a core by a control group, in periods of ${DEVICE.periodMillis} ms`,
      measure: async () => {
        const { stepMillis, wholeSeconds, weightsSha256 } = await runOn(devices, args);
        return { value: figure === 'step' ? stepMillis : wholeSeconds, result: weightsSha256 };
      },
    };
  },
});

/** @throws {BenchError} `unavailable` where no control group can be made */
async function requireGroups(): Promise<void> {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
  const remove = limitCpu(child.pid!, DEVICE);
  await ended(child);
  if (remove === undefined)
    throw new BenchError('unavailable', 'no control group can be made: run it as root');
  remove();
}

const runOn = (devices: number, args: readonly string[]): Promise<DeviceRun> =>
  inTemporaryFolder(async (folder) => {
    const started: ChildProcess[] = [];
    const undo: (() => void)[] = [];
    const start = (given: readonly string[]): ChildProcess => {
      const child = spawn(process.execPath, [LOCKSTEP, ...given], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...withoutSettings(process.env), LOCKSTEP_LINGER: '0' },
      });
      started.push(child);
      return child;
    };
    const endAll = (): void => started.forEach((child) => void child.kill('SIGKILL'));
    process.once('exit', endAll);
    try {
      const run = ['--port', '0', '--format', 'json', '--out', path.join(folder, 'run')];
      const coordinator = start(['coordinator', ...args, '--min-workers', String(devices), ...run]);
      return await followed(coordinator, devices, (url) => {
        for (let count = 0; count < devices; count++) {
          const device = start(['worker', url, '--threads', '1', '--name', `device-${count}`]);
          undo.push(limitCpu(device.pid!, DEVICE)!);
        }
      });
    } finally {
      process.off('exit', endAll);
      await Promise.all(started.map(ended));
      undo.forEach((remove) => remove());
    }
  });

/** Reads a coordinator to its end. @param onUrl hears where workers join */
function followed(
  coordinator: ChildProcess,
  devices: number,
  onUrl: (url: string) => void,
): Promise<DeviceRun> {
  return new Promise((resolve, reject) => {
    let [errors, joined, begunAt] = ['', 0, 0];
    let run: DeviceRun | undefined;
    coordinator.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      const before = errors;
      errors += chunk;
      const url = (text: string): string | undefined => /\bws:\/\/[\w.:[\]]+(?=\s)/.exec(text)?.[0];
      const found = url(before) === undefined ? url(errors) : undefined;
      if (found !== undefined) onUrl(found);
    });
    createInterface({ input: coordinator.stdout! }).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      if (line['type'] === 'worker-joined' && ++joined === devices) begunAt = performance.now();
      if (line['type'] !== 'finished') return;
      run = {
        stepMillis: Number(line['stepMillis']),
        wholeSeconds: (performance.now() - begunAt) / 1000,
        weightsSha256: String(line['weightsSha256']),
      };
    });
    coordinator.once('close', () => {
      if (run === undefined)
        reject(new BenchError('train-failed', `lockstep coordinator failed: ${errors.trim()}`));
      else resolve(run);
    });
  });
}

/** Ends it, and waits until it is gone. */
const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
