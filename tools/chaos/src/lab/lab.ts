import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { smallDataset } from '@lockstep/storage/testing';
import { Running, type RunningOptions } from './running.ts';
import { ScriptedWorker, type ScriptOptions } from './scripted-worker.ts';
import { seededRandom } from './seeded-random.ts';
import { Stalls } from './stalls.ts';
import { ToxicProxy } from './toxic-proxy.ts';
import { must } from './wait.ts';

/** What one row works with: processes, proxies and folders that end with it. */
export class Lab {
  /** Of this row alone. */
  readonly folder: string;
  /** Of all rows of a call: datasets, and the results of single processes. */
  readonly shared: string;
  readonly random: () => number;
  /** For how long the machine kept this process waiting. */
  readonly stalls = new Stalls();
  readonly #ends: (() => unknown)[] = [];

  constructor(shared: string, seed: number) {
    this.shared = shared;
    this.folder = mkdtempSync(path.join(tmpdir(), 'lockstep-chaos-'));
    this.random = seededRandom(seed);
    this.onEnd(() => this.stalls.close());
  }

  /** The settings of a run whose steps take a fraction of a millisecond: 16 leaves, 1,210 weights. */
  smallRun(changes: Readonly<Record<string, string>> = {}): readonly string[] {
    const settings: Record<string, string> = {
      dataset: smallDataset(this.shared),
      hidden: '16',
      'batch-size': '128',
      'leaf-rows': '8',
      epochs: '1000000',
      lr: '0.001',
      ...changes,
    };
    return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  }

  lockstep(args: readonly string[], options: RunningOptions = {}): Running {
    const running = new Running(args, options);
    this.onEnd(async () => {
      if (!running.isRunning) return;
      running.kill('SIGKILL');
      await running.exit;
    });
    return running;
  }

  async proxy(targetPort: () => number): Promise<ToxicProxy> {
    const proxy = await ToxicProxy.open(targetPort, this.random);
    this.onEnd(() => proxy.close());
    return proxy;
  }

  async scripted(port: number, options: ScriptOptions = {}): Promise<ScriptedWorker> {
    const worker = await ScriptedWorker.join(port, options);
    this.onEnd(() => worker.socket.terminate());
    return worker;
  }

  /**
   * Milliseconds from `from` to `until`.
   * @throws {RowFailure} when they are more than `mostMs`, without those for which the machine was busy with something else
   */
  within(mostMs: number, what: string, from: number, until = performance.now()): number {
    const millis = until - from;
    const stalled = this.stalls.between(from, until);
    const text = `${what} after ${Math.round(millis)} ms, for ${Math.round(stalled)} of which the machine was busy`;
    must(millis - stalled <= mostMs, text);
    return millis;
  }

  /** Has `end` done when the row is over, the last one first. */
  onEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  /** @param isKept whether the folder stays, for whoever wants to know what went wrong */
  async close(isKept = false): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
    if (!isKept) rmSync(this.folder, { recursive: true, force: true });
  }
}
