import { decodeCheckpoint } from '@lockstep/checkpoint';
import { referenceBackend } from '@lockstep/math';
import type { NoticeOf, RunNotice } from '@lockstep/metrics';
import { describe, expect, it } from 'vitest';
import { InlineEvaluator } from './evaluator.ts';
import { trainLocally } from './local-run.ts';
import { Run } from './run.ts';
import type { CheckpointStore, RunEnd } from './run-setup.ts';
import { smallConfig, smallData } from './testing/small-run.ts';
import { Trainer } from './trainer.ts';

/** A place that has no room for the first so many checkpoints. */
class Place implements CheckpointStore {
  readonly place: string;
  readonly saved = new Map<string, Uint8Array>();
  refusals: number;

  constructor(place: string, refusals: number) {
    this.place = place;
    this.refusals = refusals;
  }

  save(step: number | undefined, bytes: Uint8Array): Promise<string> {
    if (this.refusals-- > 0) return Promise.reject(new Error(`no room in ${this.place}`));
    const name = `${this.place}/${step ?? 'final'}`;
    this.saved.set(name, bytes);
    return Promise.resolve(name);
  }
}

interface Situation {
  readonly belongs: Place;
  readonly spares?: readonly Place[];
  readonly learningRate?: number;
  /** Told to stop, at the first turn. */
  readonly reason?: string;
  readonly hurry?: Promise<unknown>;
  readonly isEvaluationBroken?: boolean;
}

/** How a run of 23 steps ended, what it said, and how long it waited, on a clock that jumps. */
async function ending(situation: Situation) {
  const { belongs, spares = [], learningRate = 0.1, reason, isEvaluationBroken = false } = situation;
  const config = smallConfig({ learningRate });
  const data = smallData(config);
  const notices: RunNotice[] = [];
  const waits: number[] = [];
  const inline = new InlineEvaluator(referenceBackend, { config, test: data.test });
  const broken = {
    begin: () => undefined,
    evaluate: () => Promise.reject(new Error('no memory')),
    judge: () => Promise.reject(new Error('no memory')),
    close: () => undefined,
  };
  const run = new Run({
    trainer: new Trainer(config, data, referenceBackend),
    evaluator: isEvaluationBroken ? broken : inline,
    checkpoints: belongs,
    lastResort: {
      spares,
      async sleep(millis) {
        waits.push(millis);
        await Promise.resolve();
      },
      hurry: situation.hurry ?? new Promise(() => undefined),
    },
    term: 1,
    notify: (notice) => void notices.push(notice),
    now: () => 0,
  });
  let time = 0;
  const end: Promise<RunEnd> = trainLocally(run, {
    stopReason: () => reason,
    now: () => time++,
    checkpointEvery: 0,
    yieldTurn: () => Promise.resolve(),
  });
  const ended = await end.catch((error: unknown) => error as Error);
  const failed = notices.filter((notice): notice is NoticeOf<'checkpoint-failed'> => {
    return notice.type === 'checkpoint-failed';
  });
  return { end: ended as RunEnd, notices, waits, failed };
}

const alone = await ending({ belongs: new Place('run', 0) });

describe('the last checkpoint of a run', () => {
  it('is tried again where it belongs, and a run that finds room there ends as if nothing had been', async () => {
    const belongs = new Place('run', 3);
    const { end, waits, failed, notices } = await ending({ belongs, spares: [new Place('spare', 0)] });
    expect(end).toEqual(alone.end);
    expect(waits).toEqual([500, 1000, 2000]);
    expect(failed).toMatchObject([
      { failures: 1, error: 'no room in run', isLast: true, retryMillis: 500 },
      { failures: 2, retryMillis: 1000 },
      { failures: 3, retryMillis: 2000 },
    ]);
    expect(notices.at(-1)).toMatchObject({ type: 'finished', checkpoint: 'run/final' });
    expect(notices.at(-1)).not.toHaveProperty('unsaved');
    expect(notices.filter(({ type }) => type === 'checkpoint')).toHaveLength(1);
  });

  it('goes to the first spare place that takes it, whole, after 15 seconds', async () => {
    const spares = [new Place('spare', 1), new Place('temporary', 0)];
    const { end, waits, notices } = await ending({ belongs: new Place('run', Infinity), spares });
    const { step, weightsSha256 } = alone.end;
    const place = { checkpoint: 'temporary/final', unsaved: 'no room in run' };
    expect(end).toEqual({ type: 'completed', step, weightsSha256, ...place });
    expect(waits.reduce((sum, millis) => sum + millis)).toBe(15_500);
    expect(notices.at(-1)).toMatchObject({ type: 'finished', weightsSha256, ...place });
    const { weights } = decodeCheckpoint(spares[1]!.saved.get('temporary/final')!);
    expect(weights.every(Number.isFinite)).toBe(true);
    expect(notices.some(({ type }) => type === 'checkpoint')).toBe(false);
  });

  it('is asked of all places again for minutes when none takes it, before it is given up', async () => {
    const nowhere = [new Place('spare', Infinity)];
    const lost = await ending({ belongs: new Place('run', Infinity), spares: nowhere });
    expect(lost.end).toMatchObject({ checkpoint: null, unsaved: 'no room in run; no room in spare' });
    expect(lost.waits.reduce((sum, millis) => sum + millis)).toBeGreaterThan(9 * 60_000);
    const late = await ending({ belongs: new Place('run', 8), spares: [new Place('spare', Infinity)] });
    expect(late.end).toEqual(alone.end);
  });

  it('of an interrupted run goes elsewhere within four seconds: whoever interrupts it may kill it after ten', async () => {
    const spares = [new Place('spare', 0)];
    const belongs = new Place('run', Infinity);
    const { end, waits, notices } = await ending({ belongs, spares, reason: 'SIGTERM' });
    expect(end).toMatchObject({
      type: 'stopped',
      checkpoint: `spare/${end.step}`,
      unsaved: 'no room in run',
    });
    expect(waits.reduce((sum, millis) => sum + millis)).toBe(3500);
    expect(notices.at(-1)).toMatchObject({ type: 'stopped', checkpoint: `spare/${end.step}` });
    const lost = await ending({ belongs, spares: [new Place('spare', Infinity)], reason: 'SIGTERM' });
    expect(lost.notices.at(-1)).toMatchObject({ type: 'stopped', checkpoint: null });
    expect(lost.waits.reduce((sum, millis) => sum + millis)).toBe(3500);
  });

  it('of a run that diverged goes elsewhere too', async () => {
    const { end } = await ending({
      belongs: new Place('run', Infinity),
      spares: [new Place('spare', 0)],
      learningRate: 1e30,
    });
    expect(end).toMatchObject({
      type: 'diverged',
      checkpoint: `spare/${end.step}`,
      unsaved: 'no room in run',
    });
  });

  it('is waited for no longer once somebody is in a hurry', async () => {
    const hurry = Promise.resolve();
    const spares = [new Place('spare', 0)];
    const { end, waits } = await ending({ belongs: new Place('run', Infinity), spares, hurry });
    expect(end).toMatchObject({ checkpoint: 'spare/final' });
    expect(waits.length).toBeLessThanOrEqual(1);
  });

  it('is kept when the last evaluation fails', async () => {
    const belongs = new Place('run', 0);
    const { end } = await ending({ belongs, isEvaluationBroken: true });
    expect(end).toMatchObject({ message: 'no memory' });
    expect([...belongs.saved.keys()]).toEqual(['run/final']);
  });

  it('is given up at once where somebody else goes on with the run', async () => {
    const belongs = new Place('the folder', 0);
    belongs.save = () => Promise.reject(Object.assign(new Error('it was taken over'), { code: 'lock-lost' }));
    const spare = new Place('the spare place', 0);
    const { end, waits } = await ending({ belongs, spares: [spare], reason: 'taken over' });
    expect(end).toMatchObject({ checkpoint: null, unsaved: 'it was taken over' });
    expect(waits).toEqual([]);
    expect(spare.saved.size).toBe(0);
  });
});
