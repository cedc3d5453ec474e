import { describe, expect, it } from 'vitest';
import type { Channel } from '@lockstep/transport';
import { decodeCoordinatorMessage, coordinatorMessageLimits } from '@lockstep/protocol';
import { LeaseDispatch } from './lease-dispatch.ts';
import { StepDispatch } from './step-dispatch.ts';
import { smallRun } from './testing/small-run.ts';
import { WeightsBroadcast } from './weights-broadcast.ts';
import type { WorkerConnection } from './worker-connection.ts';

/** A worker's connection whose frames are on the wire when the test says so. */
class Reader {
  readonly closes: number[] = [];
  readonly frames: Uint8Array[] = [];
  #waiting: (() => void)[] = [];
  readonly connection: WorkerConnection;

  constructor(kind: WorkerConnection['kind'] = 'process') {
    const channel = {
      send: (frame: Uint8Array, onFlushed?: () => void) => {
        this.frames.push(frame.slice());
        if (onFlushed !== undefined) this.#waiting.push(onFlushed);
      },
      close: (code: number) => void this.closes.push(code),
    } as Partial<Channel> as Channel;
    const send = (message: object): void => void this.frames.push(Buffer.from(JSON.stringify(message)));
    this.connection = { channel, send, kind } as Partial<WorkerConnection> as WorkerConnection;
  }

  /** Everything that was sent is on the wire, and what is sent for that. */
  read(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const onFlushed of waiting) onFlushed();
  }
}

const span = { firstLeaf: 0, leafCount: 2 };

function dispatching() {
  const { run, config } = smallRun();
  const { trainer } = run;
  const clock = { micros: 0 };
  const weights = new WeightsBroadcast(1, trainer.backend, trainer.weightBuffers);
  const dispatch = new StepDispatch(weights, new LeaseDispatch(1, trainer), () => clock.micros);
  const limits = coordinatorMessageLimits({
    parameterCount: trainer.layout.length,
    featureCount: config.dataset.featureCount,
    outputCount: 3,
    maxRowCount: config.batchSize,
  });
  /** Takes the step in flight, so that the next one has other weights. */
  const commit = (): void => {
    run.commit(trainer.compute(trainer.rootOfStep()));
    weights.checksumFor(trainer.step);
  };
  /** What was sent: "weights 0", "rows 0", "lease 0". */
  const sent = ({ frames }: Reader): string[] =>
    frames.map((frame) => {
      const message =
        frame[0] === 0x7b
          ? (JSON.parse(Buffer.from(frame).toString()) as { type: string; step: number })
          : decodeCoordinatorMessage(frame, limits);
      return `${message.type} ${'step' in message ? message.step : ''}`;
    });
  return { dispatch, clock, commit, sent };
}

describe('the dispatch of a step', () => {
  it('sends every step to who takes its weights', () => {
    const { dispatch, commit, sent } = dispatching();
    const reader = new Reader();
    for (let step = 0; step < 2; step++) {
      dispatch.sendWeights(reader.connection, step);
      dispatch.sendLease(reader.connection, step, span, 'dealt');
      reader.read();
      commit();
    }
    expect(sent(reader)).toEqual(['weights 0', 'rows 0', 'lease 0', 'weights 1', 'rows 1', 'lease 1']);
  });

  it('holds newer weights and their leases back until the last ones are taken, and skips what is past by then', () => {
    const { dispatch, commit, sent } = dispatching();
    const reader = new Reader();
    dispatch.sendWeights(reader.connection, 0);
    for (const step of [1, 2, 3]) {
      commit();
      dispatch.sendWeights(reader.connection, step);
      dispatch.sendLease(reader.connection, step, span, 'dealt');
    }
    expect(sent(reader)).toEqual(['weights 0']);
    reader.read();
    expect(sent(reader)).toEqual(['weights 0', 'weights 3', 'rows 3', 'lease 3']);
  });

  it('does not send held weights under a number that is not theirs', () => {
    const { dispatch, commit, sent } = dispatching();
    const reader = new Reader();
    dispatch.sendWeights(reader.connection, 0);
    commit();
    dispatch.sendWeights(reader.connection, 1);
    commit();
    reader.read();
    expect(sent(reader)).toEqual(['weights 0']);
    dispatch.sendWeights(reader.connection, 2);
    expect(sent(reader)).toEqual(['weights 0', 'weights 2']);
  });

  it('sends rows ahead to those who were dealt a part of the step, and whom it reached, after everything else', async () => {
    const { dispatch, commit, sent } = dispatching();
    const [dealt, helper, slow] = [new Reader(), new Reader(), new Reader()];
    dispatch.sendWeights(slow.connection, 0);
    commit();
    for (const { connection } of [dealt, helper, slow]) dispatch.sendWeights(connection, 1);
    dispatch.sendLease(dealt.connection, 1, span, 'dealt');
    dispatch.sendLease(slow.connection, 1, span, 'dealt');
    dispatch.sendAhead(1);
    expect(sent(dealt)).toEqual(['weights 1', 'rows 1', 'lease 1']);
    await Promise.resolve();
    dispatch.sendLease(helper.connection, 1, span, 'speculative');
    slow.read();
    commit();
    dispatch.sendAhead(2);
    await Promise.resolve();
    expect(sent(dealt)).toEqual(['weights 1', 'rows 1', 'lease 1', 'rows 2']);
    expect(sent(helper)).toEqual(['weights 1', 'rows 1', 'lease 1']);
    expect(sent(slow)).toEqual(['weights 0', 'weights 1', 'rows 1', 'lease 1']);
  });

  it('closes who shows for too long that it has not taken its weights, and nobody else', () => {
    const { dispatch, clock, commit } = dispatching();
    const [slow, quick, gone] = [new Reader(), new Reader(), new Reader()];
    for (const reader of [slow, quick, gone]) {
      dispatch.sendWeights(reader.connection, 0);
      reader.read();
    }
    dispatch.taken(quick.connection, 0);
    dispatch.forget(gone.connection);
    commit();
    clock.micros = 9_999_999;
    for (const { connection } of [slow, quick]) dispatch.sendWeights(connection, 1);
    dispatch.taken(quick.connection, 0); // an older heartbeat
    dispatch.tick();
    expect(slow.closes).toEqual([]);
    clock.micros = 11_000_000;
    dispatch.tick();
    dispatch.tick();
    expect([slow.closes, quick.closes, gone.closes]).toEqual([[4413], [], []]);
    clock.micros = 22_000_000;
    dispatch.tick();
    dispatch.tick();
    expect(quick.closes).toEqual([4413]);
  });

  it('reads what came while it stood still before it closes anybody', () => {
    const { dispatch, clock } = dispatching();
    const [prompt, slow] = [new Reader(), new Reader()];
    for (const { connection } of [prompt, slow]) dispatch.sendWeights(connection, 0);
    clock.micros = 3_600_000_000;
    dispatch.tick();
    dispatch.taken(prompt.connection, 0);
    dispatch.tick();
    expect([prompt.closes, slow.closes]).toEqual([[], [4413]]);
  });

  it('gives a tab the time of a lease more: it may be computing', () => {
    const { dispatch, clock } = dispatching();
    const tab = new Reader('tab');
    dispatch.sendWeights(tab.connection, 0);
    clock.micros = 39_999_999;
    dispatch.tick();
    dispatch.tick();
    expect(tab.closes).toEqual([]);
    clock.micros = 41_000_000;
    dispatch.tick();
    dispatch.tick();
    expect(tab.closes).toEqual([4413]);
  });
});
