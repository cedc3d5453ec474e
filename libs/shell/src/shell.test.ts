import { encodeWorkerMessage } from '@lockstep/protocol';
import { Timeline, type RunNotice } from '@lockstep/metrics';
import { describe, expect, it } from 'vitest';
import { trainLocally } from './local-run.ts';
import { smallRun } from './testing/small-run.ts';

import { alone, cluster, control } from './testing/cluster.ts';

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

  it('gives the same bits where parameters are frozen', async () => {
    const frozen = { freeze: ['layers.0', '*.bias'] };
    const { shell, join } = cluster(frozen, 2);
    join('ada');
    join('ben');
    expect(await shell.ended).toEqual(await alone(frozen));
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
