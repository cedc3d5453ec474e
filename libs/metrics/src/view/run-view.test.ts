import { describe, expect, it } from 'vitest';
import type { Holder, RunNotice } from '../notice.ts';
import { factOf } from './record.ts';
import { parseRunMemory } from './run-memory.ts';
import { RunView } from './run-view.ts';
import { config, record, type Script } from '../testing/records.ts';

const viewOf = (...script: Script): RunView => {
  const view = new RunView();
  script.forEach((fact, index) => view.apply(record(1000 + 10 * index, fact)));
  return view;
};

const started = { type: 'started', term: 1, step: 0, run: 'r', config, stepsPerEpoch: 10 } as const;
const joined = (worker: string, name: string) =>
  ({
    type: 'worker-joined',
    ...{ worker, name, kind: 'process', engine: 'node 20', backend: 'wasm', threads: 1 },
  }) as const;
const span = (firstLeaf: number, leafCount: number) => ({ firstLeaf, leafCount });
const lease = (worker: string, of: ReturnType<typeof span>, step = 0) =>
  ({ type: 'lease', worker, step, span: of }) as const;
const accepted = (worker: string, of: ReturnType<typeof span>, step = 0) =>
  ({
    type: 'verdict',
    ...{ worker, step, span: of, verdict: 'accepted', rowCount: 8 * of.leafCount, computeMicros: 4000 },
  }) as const;
const begun = (step = 0) => ({ type: 'step-started', step, leafCount: 8 }) as const;

const textsOf = (view: RunView): readonly string[] => view.events.after(0).map(({ text }) => text);

const disagreed = (step: number) => ({ type: 'disagreed', step, first: '1', second: '2' }) as const;

describe('RunView of a run in which bits disagreed', () => {
  const doubt = (...script: Script): number | null => viewOf(...script).live(2000).disagreedAt;

  it('says so from the first step on in which they did', () => {
    expect(doubt(started)).toBeNull();
    expect(doubt(started, disagreed(7), disagreed(9))).toBe(7);
    expect(doubt(started, disagreed(9), disagreed(7))).toBe(7);
  });

  it('goes on saying it after a start from a later step, and no more after one from that step or before', () => {
    expect(doubt(started, disagreed(7), { ...started, step: 8 })).toBe(7);
    expect(doubt(started, disagreed(7), { ...started, step: 7 })).toBeNull();
    expect(doubt(started, disagreed(7), { ...started, step: 0 })).toBeNull();
  });

  it('says it where the doubt comes from the folder of another run, whose pictures it never saw', () => {
    expect(doubt({ ...started, step: 20, disagreedAt: 7 })).toBe(7);
    expect(doubt(started, disagreed(9), { ...started, step: 20, disagreedAt: 7 })).toBe(7);
  });

  it('tells each volunteer', () => {
    expect(viewOf(started, joined('1', 'a')).standingOf('1', 2000)).toMatchObject({ disagreedAt: null });
    const view = viewOf(started, joined('1', 'a'), disagreed(7));
    expect(view.standingOf('1', 2000)).toMatchObject({ disagreedAt: 7 });
  });

  it('remembers it', () => {
    const view = viewOf(started, disagreed(7));
    const again = new RunView();
    again.recall(parseRunMemory(JSON.stringify(view.remember(2000))));
    expect(again.live(3000).disagreedAt).toBe(7);
  });
});

describe('RunView of a run that is held', () => {
  const held = (...heldBy: Holder[]) => ({ type: 'paused', heldBy }) as const;

  it('says by whom, and what each of them does', () => {
    const view = viewOf(started, held('administrator'), held('administrator', 'terminal'), held('terminal'));
    expect(view.live(2000)).toMatchObject({ phase: 'paused', heldBy: ['terminal'] });
    view.apply(record(3000, { type: 'resumed', by: 'terminal' }));
    expect(view.live(3000)).toMatchObject({ phase: 'training', heldBy: [] });
    expect(textsOf(view).slice(1)).toEqual([
      'Paused by the administrator',
      'Stopped in its terminal: fg lets it go on',
      'The administrator lets it go on; it is still stopped in its terminal',
      'Goes on in its terminal',
    ]);
    view.apply(record(4000, held('terminal')));
    view.apply(record(4010, held('terminal', 'administrator')));
    view.apply(record(4020, held('administrator')));
    view.apply(record(4030, { type: 'resumed', by: 'administrator' }));
    expect(textsOf(view).slice(-2)).toEqual([
      'It goes on in its terminal; the administrator still holds it',
      'Resumed by the administrator',
    ]);
  });

  it('is held by nobody after a new start', () => {
    expect(viewOf(started, held('terminal'), { ...started, term: 2 }).live(2000).heldBy).toEqual([]);
  });

  it('is recalled from a picture of an earlier version, which did not say by whom', () => {
    const memory = JSON.parse(JSON.stringify(viewOf(started, held('administrator')).remember(2000))) as {
      live: { heldBy?: unknown };
    };
    delete memory.live.heldBy;
    const again = new RunView();
    again.recall(parseRunMemory(JSON.stringify(memory)));
    expect(again.phase).toBe('paused');
  });
});

describe('RunView of a run whose folder did not take its last weights', () => {
  const weightsSha256 = 'f'.repeat(64);
  const ended = (reason: 'completed' | 'diverged' | 'stopped') =>
    ({ type: 'finished', reason, step: 10, weightsSha256 }) as const;
  const told = (notice: RunNotice) => factOf(notice)!;
  const spared = { checkpoint: '/spare/final.safetensors', unsaved: 'disk-full: no room in /run' };
  const lost = { checkpoint: null, unsaved: 'disk-full: no room in /run' };
  const figures = { testAccuracy: 0.9, testLoss: 0.1, seconds: 3, samplesPerSecond: 1, stepMillis: 1 };

  it.each([
    ['completed', { type: 'finished', step: 10, weightsSha256, ...figures, ...spared }, 'elsewhere'],
    ['completed', { type: 'finished', step: 10, weightsSha256, ...figures, ...lost }, 'lost'],
    ['diverged', { type: 'diverged', step: 10, ...lost }, 'lost'],
    ['stopped', { type: 'stopped', step: 10, reason: 'SIGINT', ...spared }, 'elsewhere'],
  ] as const)('says so when it %s, and names no place to everybody', (reason, notice, unsaved) => {
    const view = viewOf(started, told(notice), ended(reason));
    expect(view.live(2000).ending).toMatchObject({ step: 10, weightsSha256, unsaved });
    expect(JSON.stringify(view.live(2000))).not.toContain('/spare');
    const again = new RunView();
    again.recall(parseRunMemory(JSON.stringify(view.remember(2000))));
    expect(again.live(3000).ending).toMatchObject({ unsaved });
  });

  it('says nothing of it where the folder has them', () => {
    const kept = told({ type: 'stopped', step: 10, reason: 'SIGINT', checkpoint: 'run/step-10' });
    expect(viewOf(started, kept, ended('stopped')).live(2000).ending).not.toHaveProperty('unsaved');
  });
});

describe('RunView', () => {
  it('says who took the spans of a worker that left', () => {
    const view = viewOf(
      ...[started, joined('1', 'Pixel 8'), joined('2', 'cli-2')],
      ...[lease('1', span(0, 4)), lease('2', span(4, 4)), begun()],
      ...[{ type: 'worker-left', worker: '1', reason: 'the tab was closed' } as const],
      ...[lease('2', span(0, 4)), accepted('2', span(4, 4))],
    );
    expect(textsOf(view)).toContain('Pixel 8 left: the tab was closed; its span went to cli-2');
  });

  it('shows lost leaves as lost, and whoever has them next', () => {
    const view = viewOf(
      ...[started, joined('1', 'a'), joined('2', 'b'), lease('1', span(0, 8)), begun()],
      ...[{ type: 'worker-left', worker: '1', reason: 'gone' } as const],
    );
    expect(view.live(1000).batch!.spans.map(([, , , , state]) => state)).toEqual(['lost']);
    view.apply(record(2000, lease('2', span(0, 4))));
    expect(view.live(2000).batch!.spans.map(([first, count, worker]) => [first, count, worker])).toEqual([
      [0, 8, '1'],
      [0, 4, '2'],
    ]);
  });

  it('replays a fast step that is done, with the times of its leases', () => {
    const view = viewOf(
      ...[started, joined('1', 'a'), lease('1', span(0, 8)), begun(), accepted('1', span(0, 8))],
      ...[{ type: 'step', step: 1, rows: 64, loss: 0.5 } as const, lease('1', span(0, 8), 1), begun(1)],
    );
    expect(view.live(1100).batch).toEqual({
      ...{ step: 0, leafCount: 8, totalMs: 50 },
      spans: [[0, 8, '1', '', 'covered', 0, 20]],
    });
  });

  it('splits the time of a step along the worker that answered last', () => {
    const view = viewOf(
      ...[started, joined('1', 'a'), lease('1', span(0, 8)), begun(), accepted('1', span(0, 8))],
      ...[lease('1', span(0, 8), 1), begun(1), accepted('1', span(0, 8), 1), begun(2)],
    );
    expect(view.live(2000).stepTime).toEqual({ compute: 4, wire: 16, wait: 0, reduce: expect.any(Number) });
  });

  it('counts rows and spans for who answered, and ranks by rows', () => {
    const view = viewOf(
      ...[started, joined('1', 'a'), joined('2', 'b'), lease('1', span(0, 4)), lease('2', span(4, 2))],
      ...[begun(), accepted('1', span(0, 4)), accepted('2', span(4, 2))],
    );
    expect(view.standingOf('2', 5000)).toMatchObject({ rows: 16, runRows: 48, rank: 2, workers: 2 });
    expect(view.standingOf('3', 5000)).toBeUndefined();
  });

  it('goes on with the count and the colour of a worker that comes back under its name', () => {
    const view = viewOf(
      ...[
        started,
        joined('1', 'a'),
        joined('2', 'b'),
        lease('2', span(0, 8)),
        begun(),
        accepted('2', span(0, 8)),
      ],
      ...[{ type: 'worker-left', worker: '2', reason: 'lost' } as const, joined('3', 'b')],
    );
    expect(view.live(2000).workers.find(({ id }) => id === '3')).toMatchObject({ rows: 64, slot: 1 });
    expect(view.live(2000).seen).toBe(2);
  });

  it('forgets the steps that a coordinator repeats after it was started again', () => {
    const steps = Array.from(
      { length: 8 },
      (_, index) => ({ type: 'step', step: index + 1, rows: 64, loss: 1 }) as const,
    );
    const view = viewOf(started, ...steps, { ...started, term: 2, step: 5 });
    expect(view.history.columns().steps).toEqual([1, 2, 3, 4, 5]);
    expect(textsOf(view).at(-1)).toBe('The coordinator was started again, at step 5');
  });

  it('joins what two records say of the end', () => {
    const end = { type: 'finished', step: 10, weightsSha256: 'f'.repeat(64) } as const;
    const view = viewOf(started, { ...end, testAccuracy: 0.9, seconds: 3 }, { ...end, reason: 'completed' });
    expect(view.live(2000)).toMatchObject({ phase: 'finished', ending: { testAccuracy: 0.9, step: 10 } });
    expect(textsOf(view).filter((text) => text.startsWith('Finished'))).toHaveLength(1);
  });

  it('shows nobody computing after the end, whoever has not hung up yet', () => {
    const part = span(0, 8);
    const view = viewOf(started, joined('1', 'a'), lease('1', part), begun(), accepted('1', part));
    const stateAt = (at: number) => view.live(at).workers.map(({ state }) => state);
    expect(stateAt(2000)).toEqual(['computing']);
    view.apply(record(2100, { type: 'finished', step: 1, weightsSha256: 'f'.repeat(64) }));
    expect(stateAt(2200)).toEqual(['left']);
    expect(view.live(2200)).toMatchObject({ seen: 1, workers: [{ rows: 64, rowsPerSecond: 0 }] });
  });

  it('passes records of kinds it does not know', () => {
    const view = viewOf(started);
    view.apply({ at: 5000, type: 'of a later version' } as never);
    expect(view.phase).toBe('waiting');
  });

  it('waits when the last worker is gone, and shows an administrator`s pause', () => {
    const left = { type: 'worker-left', worker: '1', reason: 'gone' } as const;
    expect(viewOf(started, joined('1', 'a'), lease('1', span(0, 8)), begun(), left).phase).toBe('waiting');
    const paused = viewOf(started, joined('1', 'a'), begun(), { type: 'paused', heldBy: ['administrator'] });
    expect(paused.phase).toBe('paused');
    paused.apply(record(3000, { type: 'resumed', by: 'administrator' }));
    expect(paused.phase).toBe('training');
  });

  it('goes on where a coordinator that is gone left it, and repeats no step', () => {
    const before = viewOf(
      ...[started, joined('1', 'a'), lease('1', span(0, 8)), begun(), accepted('1', span(0, 8))],
      ...[1, 2, 3, 4].map((step) => ({ type: 'step', step, rows: 64, loss: 1 / step }) as const),
      { type: 'epoch', epoch: 1, step: 4, testLoss: 0.5, testAccuracy: 0.75 },
    );
    const text = JSON.stringify(before.remember(5000));
    const after = new RunView();
    after.recall(parseRunMemory(text));
    expect(after.live(5000)).toMatchObject({ step: 4, loss: 0.25, seen: 1 });
    after.apply(record(9000, { ...started, term: 2, step: 2 }));
    after.apply(record(9010, joined('1', 'a')));
    after.apply(record(9020, { type: 'step', step: 3, rows: 64, loss: 1 / 3 }));
    expect(after.facts).toMatchObject({ term: 2, startedAt: 1000 });
    expect(after.history.columns()).toMatchObject({ steps: [1, 2, 3], loss: [1, 0.5, 0.333333] });
    expect(after.epochs).toEqual([]);
    expect(textsOf(after)[0]).toBe('Run r started');
    expect(textsOf(after)).toContain('The coordinator was started again, at step 2');
    expect(after.live(9030).workers).toMatchObject([{ name: 'a', rows: 64, state: 'lobby' }]);
  });

  it.each(['null', '{"version":2}', '{"version":1,"history":{}}', '{'])(
    'recalls nothing from what is no memory (%s)',
    (text) => expect(() => parseRunMemory(text)).toThrow(),
  );
});
