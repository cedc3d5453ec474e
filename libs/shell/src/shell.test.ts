import { coordinationDefaults } from '@lockstep/coordination';
import { referenceBackend } from '@lockstep/math';
import { GOLDEN_DIGEST, resolveMetrics } from '@lockstep/nn';
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
import { Timeline, type RunNotice } from '@lockstep/metrics';
import { describe, expect, it } from 'vitest';
import { trainLocally } from './local-run.ts';
import type { Run } from './run.ts';
import type { RunEnd } from './run-setup.ts';
import { Shell } from './shell.ts';
import { evaluationRowsOf, InlineEvaluator, type Evaluator } from './evaluator.ts';
import { smallRun } from './testing/small-run.ts';

const control = {
  stopReason: () => undefined,
  now: () => 0,
  checkpointEvery: 0,
  yieldTurn: () => Promise.resolve(),
};

/** What one process makes of the run. */
function alone(changes: MadeUpRun = {}): Promise<RunEnd> {
  const { run } = smallRun(changes);
  return trainLocally(run, control);
}

/** A coordinator's shell whose workers are in this process, over channels in memory. */
function cluster(changes: MadeUpRun = {}, minWorkers = 1, timeline?: Timeline, evaluator?: Evaluator) {
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
  const join_ = (
    name: string,
    goldenDigest = GOLDEN_DIGEST,
  ): { leave: (reason: string) => void; end: Promise<WorkerEnd>; channel: Channel } => {
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

/** A coordinator's evaluator that never answers rows itself. */
const hung = (run: Run): Evaluator => ({ ...slow(run), evaluate: () => new Promise(() => undefined) });

/** A coordinator's evaluator that takes longer than an epoch. */
function slow({ trainer }: Run): Evaluator {
  const { config, data } = trainer;
  const inline = new InlineEvaluator(referenceBackend, { config, ...evaluationRowsOf(data) });
  return {
    begin: (weights, rows) => inline.begin(weights, rows),
    async evaluate(parts) {
      const sums = await inline.evaluate(parts);
      for (let turn = 0; turn < 5000; turn++) await Promise.resolve();
      return sums;
    },
    judge: (rows, part, outputs) => inline.judge(rows, part, outputs),
    close: () => undefined,
  };
}

/** What a run said of its weights. */
const judgements = (notices: readonly RunNotice[]): readonly object[] =>
  notices.flatMap((notice): object[] => {
    if (notice.type === 'epoch') return [{ ...notice, seconds: 0, samplesPerSecond: 0 }];
    return notice.type === 'finished' ? [{ ...notice, seconds: 0, samplesPerSecond: 0, stepMillis: 0 }] : [];
  });

describe('the evaluations of a run with workers', () => {
  it('are what a single process finds, whether its workers judge all of them or none', async () => {
    const metrics = resolveMetrics(['roc-auc', 'confusion-matrix']);
    const single = smallRun({ metrics });
    await trainLocally(single.run, control);
    for (const evaluator of [undefined, slow(single.run)]) {
      const { shell, join, notices } = cluster({ metrics }, 2, undefined, evaluator);
      join('ada');
      join('ben');
      await shell.ended;
      expect(judgements(notices)).toEqual(judgements(single.notices));
    }
  });

  it('are of the average of the weights where a run is judged by it, and training goes on from the weights themselves', async () => {
    const steered = { metrics: resolveMetrics(['rmse']), ema: 0.9 };
    const single = smallRun(steered);
    const end = await trainLocally(single.run, control);
    for (const totalSteps of [4, 23]) {
      const evaluator = totalSteps === 4 ? hung(single.run) : slow(single.run);
      const { shell, join, notices } = cluster({ ...steered, totalSteps }, 2, undefined, evaluator);
      join('ada');
      join('ben');
      const own = smallRun({ ...steered, totalSteps });
      expect(await shell.ended).toEqual(totalSteps === 23 ? end : await trainLocally(own.run, control));
      if (totalSteps === 23) expect(judgements(notices)).toEqual(judgements(single.notices));
    }
  });

  it('are made by its workers alone where the coordinator never comes to it', async () => {
    const totalSteps = 4;
    const { shell, join, notices } = cluster({ totalSteps }, 2, undefined, hung(smallRun().run));
    join('ada');
    join('ben');
    expect(await shell.ended).toEqual(await alone({ totalSteps }));
    const single = smallRun({ totalSteps });
    await trainLocally(single.run, control);
    expect(judgements(notices)).toEqual(judgements(single.notices));
  });

  it('are finished by those who are left when one goes that judges', async () => {
    const { shell, join, joinMute, notices, pass, stepsDone } = cluster(
      { totalSteps: 4 },
      1,
      undefined,
      hung(smallRun().run),
    );
    join('steady');
    await stepsDone(3);
    // It takes parts and answers none.
    void joinMute();
    const ended = shell.ended.then(() => true);
    await pass(6000);
    expect(await ended).toBe(true);
    expect(notices).toContainEqual(expect.objectContaining({ type: 'finished', step: 4 }));
  });

  it('are in doubt when two computations of a part gave different bits', async () => {
    const sums = (lossSum: number) => ({ lossSum, tallies: [Float64Array.of(1, 2)] });
    const { run, notices } = smallRun({ totalSteps: 4 }, undefined, {
      begin: () => undefined,
      evaluate: (parts) => Promise.resolve(parts.map(() => sums(1))),
      judge: () => Promise.resolve(sums(2)),
      close: () => undefined,
    });
    run.helpedBy({ lend: ({ answer }) => answer(0, new Float32Array(3), { name: 'eve' }) });
    await trainLocally(run, control);
    expect(notices.filter(({ type }) => type === 'disagreed')).toEqual([
      { type: 'disagreed', step: 4, first: 'eve', second: 'the coordinator' },
    ]);
    expect(run.disagreedAt).toBe(4);
  });
});

describe('a run with workers', () => {
  it.each([1, 2, 3, 5])('gives the bits of a single process with %i workers', async (count) => {
    const { shell, join } = cluster({}, count);
    const ends = Array.from({ length: count }, (_, i) => join(`w${i}`).end);
    expect(await shell.ended).toEqual(await alone());
    for (const end of await Promise.all(ends))
      expect(end).toMatchObject({ type: 'finished', finished: { step: 23 } });
  });

  it('tells workers of one name apart, and gives a name back with its worker', async () => {
    const { shell, join, notices } = cluster({}, 3);
    const [first, ...rest] = [join('ada'), join('ada')];
    const named = (): unknown[] =>
      notices.flatMap((notice) => (notice.type === 'worker-joined' ? [notice.worker] : []));
    while (named().length < 2) await Promise.resolve();
    first.leave('test');
    await first.end;
    rest.push(join('ada'), join('ada'));
    expect(await shell.ended).toEqual(await alone());
    for (const { end } of rest) expect(await end).toMatchObject({ type: 'finished' });
    expect(named()).toEqual(['ada', 'ada (2)', 'ada', 'ada (3)']);
  });

  it('gives the same bits when one worker leaves and another comes', async () => {
    const { shell, join, stepsDone, notices } = cluster({}, 2);
    const first = join('first');
    join('second');
    await stepsDone(5);
    first.leave('tired');
    await stepsDone(9);
    join('third');
    expect(await shell.ended).toEqual(await alone());
    expect(notices.filter(({ type }) => type === 'worker-left')).toMatchObject([
      { worker: 'first', reason: 'tired' },
    ]);
  });

  it('gives the same bits when a connection breaks with a span outstanding', async () => {
    const { shell, join, stepsDone, lines } = cluster({}, 2);
    const first = join('first');
    join('second');
    await stepsDone(3);
    first.channel.close(1006, '');
    expect(await shell.ended).toEqual(await alone());
    const applied = lines.filter(({ verdict }) => verdict === 'accepted');
    const leaves = applied.map(({ step, span }) => `${String(step)}:${JSON.stringify(span)}`);
    expect(new Set(leaves).size).toBe(leaves.length);
  });

  it('tells who comes when the run is over that it is, and nobody else', async () => {
    const { shell, join, notices } = cluster();
    void join('in time').end;
    await shell.ended;
    const count = notices.length;
    expect(await join('late').end).toMatchObject({ type: 'finished', finished: { step: 23 } });
    expect(notices).toHaveLength(count);
  });

  it('says who holds it, also when one of two lets go, and goes on when nobody does', async () => {
    const { shell, join, notices, stepsDone } = cluster();
    join('steady');
    await stepsDone(2);
    shell.pause();
    shell.pause('terminal');
    shell.resume();
    shell.resume();
    const holds = (): RunNotice[] => notices.filter(({ type }) => type === 'paused' || type === 'resumed');
    expect(holds()).toEqual([
      { type: 'paused', by: 'administrator', heldBy: ['administrator'] },
      { type: 'paused', by: 'terminal', heldBy: ['administrator', 'terminal'] },
      { type: 'paused', by: 'terminal', heldBy: ['terminal'] },
    ]);
    shell.resume('terminal');
    expect(holds().at(-1)).toEqual({ type: 'resumed', by: 'terminal' });
    expect(await shell.ended).toEqual(await alone());
  });

  it('ends when it is stopped, however many hold it', async () => {
    const { shell, join, notices, stepsDone } = cluster();
    join('steady');
    await stepsDone(2);
    shell.pause();
    shell.pause('terminal');
    shell.stop('enough');
    expect(await shell.ended).toMatchObject({ type: 'stopped' });
    expect(notices.filter(({ type }) => type === 'paused')).toHaveLength(2);
  });

  it('refuses a worker whose engine computes other bits', async () => {
    const { join } = cluster();
    expect(await join('odd', 'f'.repeat(64)).end).toMatchObject({ type: 'refused', code: 'golden-digest' });
  });

  it('diverges at the step where a single process does', async () => {
    const changes = { learningRate: 1e30 };
    const { shell, join } = cluster(changes, 2);
    join('one');
    join('two');
    const end = await shell.ended;
    expect(end).toMatchObject({ type: 'diverged' });
    expect(end).toEqual(await alone(changes));
  });

  it('gives the same bits when a worker falls silent, which is closed within 3 s', async () => {
    const { shell, join, joinMute, pass, lines } = cluster({}, 2);
    const closed = joinMute();
    join('honest');
    await pass(2900);
    expect(await closed).toEqual({ code: 4410, reason: 'no sign of life in time' });
    expect(await shell.ended).toEqual(await alone());
    expect(lines.filter(({ type }) => type === 'worker-silent')).toMatchObject([{ worker: '1' }]);
  });

  it('closes a worker for good at its third contribution that nobody asked for', async () => {
    const { join, notices } = cluster({}, 2);
    const odd = join('odd');
    while (!notices.some(({ type }) => type === 'worker-joined')) await Promise.resolve();
    const unasked = encodeWorkerMessage({
      type: 'contribution',
      term: 1,
      step: 0,
      span: { firstLeaf: 0, leafCount: 1 },
      rowCount: 1,
      computeMicros: 0,
      checksum: '0'.repeat(16),
      lossSum: 0,
      gradient: new Float32Array(smallRun().run.trainer.layout.length),
    });
    for (let count = 0; count < 3; count++) odd.channel.send(unasked);
    expect(await odd.end).toEqual({ type: 'refused', code: '4429', detail: 'too many invalid messages' });
  });

  it('takes bytes of a message that is not whole yet for a sign of life', async () => {
    const { joinMute, pass, lines } = cluster({}, 2);
    void joinMute();
    await pass(6000, 1);
    expect(lines.filter(({ type }) => type === 'worker-silent')).toEqual([]);
    await pass(3000);
    expect(lines.filter(({ type }) => type === 'worker-silent')).toHaveLength(1);
  });

  it('tells a newcomer that it is measured first, and then deals to it', async () => {
    const { shell, join, stepsDone, notices, lines } = cluster();
    join('first');
    await stepsDone(2);
    join('second');
    expect(await shell.ended).toEqual(await alone());
    expect(notices.filter(({ type }) => type === 'worker-standby')).toMatchObject([
      { worker: 'second', reason: 'measuring' },
    ]);
    expect(lines.some(({ type }) => type === 'contribution-match')).toBe(true);
    expect(lines.some(({ verdict, worker }) => verdict === 'accepted' && worker === '2')).toBe(true);
  });

  it('stops where it is when it is asked to, and tells workers to come back', async () => {
    const { shell, join, stepsDone } = cluster({ totalSteps: 1_000_000 });
    const { leave, end } = join('one');
    await stepsDone(4);
    shell.stop('SIGTERM');
    expect(await shell.ended).toMatchObject({ type: 'stopped' });
    leave('test over');
    expect(await end).toEqual({ type: 'left' });
  });
});

describe('the timeline of a run', () => {
  interface TraceEvent {
    readonly name: string;
    readonly ph: string;
    readonly pid: number;
    readonly args: { readonly step?: number; readonly name?: string };
  }

  async function drawn(train: (timeline: Timeline) => Promise<unknown>): Promise<TraceEvent[]> {
    let text = '';
    const timeline = new Timeline((piece) => (text += piece));
    await train(timeline);
    timeline.end();
    return JSON.parse(text) as TraceEvent[];
  }

  it('shows every step, what the coordinator does in it, and each worker that computes for it', async () => {
    const events = await drawn(async (timeline) => {
      const { shell, join } = cluster({}, 2, timeline);
      join('one');
      join('two');
      await shell.ended;
    });
    const named = events.filter(({ name }) => name === 'process_name').map(({ args }) => args.name);
    expect(named).toEqual(['coordinator', 'one', 'two']);
    for (let step = 0; step < 23; step++) {
      const names = events.filter(({ ph, args }) => ph === 'X' && args.step === step).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([`step ${step}`, 'compute', 'send', 'reduce', 'update']));
    }
    for (const pid of [2, 3]) {
      expect(events.filter((event) => event.name === 'compute' && event.pid === pid)).not.toHaveLength(0);
    }
    expect(events.filter(({ name }) => name === 'evaluate').length).toBeGreaterThan(3);
    expect(events.filter(({ name }) => name === 'checkpoint')).toHaveLength(1);
  });

  it('shows what a single process does', async () => {
    const events = await drawn((timeline) => trainLocally(smallRun({}, timeline).run, control));
    const steps = events.filter(({ name }) => name === 'compute').map(({ args }) => args.step);
    expect(steps).toEqual(Array.from({ length: 23 }, (_, step) => step));
    expect(events.filter(({ name }) => name === 'update')).toHaveLength(23);
  });
});
