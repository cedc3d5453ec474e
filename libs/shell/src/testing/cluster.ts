import { coordinationDefaults } from '@lockstep/coordination';
import { referenceBackend } from '@lockstep/math';
import { GOLDEN_DIGEST } from '@lockstep/nn';
import {
  workerMessageLimits,
  CONTRACT,
  encodeWorkerMessage,
  HEARTBEAT_MILLIS,
  PROTOCOL_VERSION,
  workerId,
} from '@lockstep/protocol';
import {
  memoryChannelPair,
  WorkerClient,
  type Channel,
  type Close,
  type WorkerEnd,
} from '@lockstep/transport';
import { runShapeOf, InlineTeam } from '@lockstep/worker';
import { workerConfigOf } from '@lockstep/config';
import type { MadeUpRun } from '@lockstep/config/testing';
import { type Timeline, type RunNotice } from '@lockstep/metrics';
import { trainLocally } from '../local-run.ts';
import type { RunEnd } from '../run-setup.ts';
import { Shell } from '../shell.ts';
import { type Evaluator } from '../evaluator.ts';
import { smallRun } from './small-run.ts';

export const control = {
  stopReason: (): undefined => undefined,
  now: (): number => 0,
  checkpointEvery: 0,
  yieldTurn: (): Promise<void> => Promise.resolve(),
};

/** What one process makes of the run. */
export function alone(changes: MadeUpRun = {}): Promise<RunEnd> {
  const { run } = smallRun(changes);
  return trainLocally(run, control);
}

/** A worker of the test's. */
export interface TestWorker {
  leave(reason: string): void;
  readonly end: Promise<WorkerEnd>;
  readonly channel: Channel;
}

export interface TestCluster {
  readonly shell: Shell;
  readonly notices: RunNotice[];
  readonly lines: Record<string, unknown>[];
  join(name: string, goldenDigest?: string): TestWorker;
  /** A worker that says hello and nothing after that. */
  joinMute(): Promise<Close>;
  /** Lets `millis` pass, with ticks, heartbeats, and so many bytes a tick from each that are no whole message. */
  pass(millis: number, bytesPerTick?: number): Promise<void>;
  /** Resolves when a step notice says so many steps. */
  stepsDone(step: number): Promise<void>;
}

/** A coordinator's shell whose workers are in this process, over channels in memory. */
export function cluster(
  changes: MadeUpRun = {},
  minWorkers = 1,
  timeline?: Timeline,
  evaluator?: Evaluator,
): TestCluster {
  const { run, config, notices } = smallRun(changes, timeline, evaluator);
  const lines: Record<string, unknown>[] = [];
  const journal = { append: (entry: object) => void lines.push(entry as Record<string, unknown>) };
  let lastId = 0;
  const clock = { micros: 0 };
  const beats = new Set<() => void>();
  let bytes = 0;
  const limits = workerMessageLimits(runShapeOf(config));
  const shell = new Shell({
    run,
    config: {
      ...coordinationDefaults,
      term: 1,
      firstStep: 0,
      totalSteps: config.totalSteps,
      minWorkers,
      maxWorkers: 16,
      trainRows: 47,
      batchSize: config.batchSize,
      leafRows: config.leafRows,
      weightsBytes: 4 * run.trainer.layout.length,
      rowBytes: 6,
      checkpointEvery: 0,
    },
    door: {
      term: 1,
      run: 'test',
      configJson: JSON.stringify(workerConfigOf(config)),
      limits,
      asksToken: false,
      admits: () => true,
      after: () => () => undefined,
      bytesFrom: () => bytes,
      expectAnswer: () => undefined,
      now: () => clock.micros / 1000,
      nextId: () => workerId(++lastId),
    },
    journal,
    notify: (notice: RunNotice) => void notices.push(notice),
    now: () => ++clock.micros,
  });
  const join_ = (name: string, goldenDigest = GOLDEN_DIGEST): TestWorker => {
    const [near, far] = memoryChannelPair();
    let wake!: () => void;
    // There is one connection to have: who loses it sleeps until told to leave.
    const woken = new Promise<void>((resolve) => (wake = resolve));
    shell.connect(near);
    const client = new WorkerClient({
      identity: { name, kind: 'process', engine: 'test', backend: 'reference', threads: 1, goldenDigest },
      createTeam: (config) => Promise.resolve(new InlineTeam(referenceBackend, config)),
      now: () => 0,
      random: () => 0,
      sleep: () => woken,
      every(_millis, action) {
        beats.add(action);
        return () => beats.delete(action);
      },
      connect: () => Promise.resolve(far),
      notify: () => undefined,
    });
    const leave = (reason: string): void => {
      client.leave(reason);
      wake();
    };
    return { leave, end: client.run(), channel: far };
  };
  /** Lets `millis` pass, with ticks, heartbeats, and so many bytes a tick from each that are no whole message. */
  const pass = async (millis: number, bytesPerTick = 0): Promise<void> => {
    for (let passed = 0; passed < millis; passed += 50) {
      clock.micros += 50_000;
      bytes += bytesPerTick;
      if (passed % HEARTBEAT_MILLIS === 0) for (const beat of beats) beat();
      // Frames in memory take a few microtasks.
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      shell.tick();
    }
  };
  /** A worker that says hello and nothing after that. */
  const joinMute = (): Promise<Close> => {
    const [near, far] = memoryChannelPair();
    shell.connect(near);
    const about = { name: 'mute', kind: 'process', engine: 'test', backend: 'none', threads: 1 } as const;
    const ours = { protocol: PROTOCOL_VERSION, contract: CONTRACT, goldenDigest: GOLDEN_DIGEST };
    far.send(encodeWorkerMessage({ type: 'hello', ...ours, ...about }));
    return new Promise((resolve) => far.onClose(resolve));
  };
  /** Resolves when a step notice says so many steps. */
  const stepsDone = async (step: number): Promise<void> => {
    while (!notices.some((notice) => notice.type === 'step' && notice.step >= step)) await Promise.resolve();
  };
  return { shell, notices, join: join_, joinMute, pass, lines, stepsDone };
}
