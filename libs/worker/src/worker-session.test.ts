import { madeUpConfig } from '@lockstep/config/testing';
import { checksumOf, referenceBackend } from '@lockstep/math';
import { GOLDEN_DIGEST, initialWeights, layoutOf } from '@lockstep/nn';
import {
  CONTRACT,
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  PROTOCOL_VERSION,
  workerId,
  workerMessageLimits,
  type Contribution,
  type CoordinatorMessage,
  type WorkerMessage,
} from '@lockstep/protocol';
import { describe, expect, it, vi } from 'vitest';
import { SpanComputer } from './span-computer.ts';
import { InlineTeam } from './team/inline-team.ts';
import { WorkerSession, type WorkerNotice } from './worker-session.ts';

const config = madeUpConfig({ batchSize: 10, leafRows: 2 });
const parameterCount = layoutOf(config.model).length;
const limits = workerMessageLimits({ parameterCount, featureCount: 6, outputCount: 3, maxRowCount: 128 });
const weights = new Float32Array(parameterCount);
initialWeights(config.model, 4, weights);
const rows = Uint8Array.from({ length: 24 }, (_, i) => (i * 53) % 256);
const labels = Uint8Array.of(2, 0, 1, 1);

const welcome: CoordinatorMessage = {
  type: 'welcome',
  protocol: PROTOCOL_VERSION,
  contract: CONTRACT,
  goldenDigest: GOLDEN_DIGEST,
  term: 5,
  worker: workerId(1),
  run: 'test',
  configJson: JSON.stringify(config),
};
const weightsOf = (step: number): CoordinatorMessage => ({
  type: 'weights',
  term: 5,
  step,
  checksum: checksumOf(weights).checksum,
  weights,
});
const span = { firstLeaf: 2, leafCount: 2 };
const rowsOf = (step: number): CoordinatorMessage => ({
  type: 'rows',
  term: 5,
  step,
  span,
  rowCount: 4,
  rows,
  labels,
});
const leaseOf = (step: number): CoordinatorMessage => ({
  type: 'lease',
  term: 5,
  step,
  span,
  purpose: 'step',
  rowCount: 4,
});

/** Lets what waits for promises go on until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Promise.resolve();
}

/** A session whose peer is the test. `ready` resolves when it has its backend. */
function start() {
  const sent: WorkerMessage[] = [];
  const notices: WorkerNotice[] = [];
  const failures: Error[] = [];
  const teams: InlineTeam[] = [];
  let welcomed!: () => void;
  const ready = new Promise<void>((resolve) => (welcomed = resolve));
  const session = new WorkerSession({
    identity: {
      name: 'me',
      kind: 'process',
      engine: 'test',
      backend: 'reference',
      threads: 1,
      goldenDigest: GOLDEN_DIGEST,
    },
    createTeam(config) {
      const team = new InlineTeam(referenceBackend, config);
      teams.push(team);
      return Promise.resolve(team);
    },
    wire: {
      send(frame, onFlushed) {
        sent.push(decodeWorkerMessage(frame.slice(), limits));
        onFlushed?.();
      },
      recycle: (buffer) => new Uint8Array(buffer).fill(0xff),
    },
    now: () => 0,
    notify(notice) {
      notices.push(notice);
      if (notice.type === 'welcomed') welcomed();
    },
    fail: (error) => failures.push(error),
  });
  session.start();
  const receive = (message: CoordinatorMessage): void => session.receive(encodeCoordinatorMessage(message));
  return { session, sent, notices, failures, teams, ready, receive };
}

describe('WorkerSession', () => {
  it('says who it is first', () => {
    const { sent } = start();
    expect(sent).toMatchObject([
      {
        type: 'hello',
        protocol: PROTOCOL_VERSION,
        contract: CONTRACT,
        goldenDigest: GOLDEN_DIGEST,
        name: 'me',
      },
    ]);
  });

  it('says nothing of being there before it is welcome, or after it left', async () => {
    const { session, sent, ready, receive } = start();
    session.beat();
    receive(welcome);
    session.beat();
    await ready;
    session.leave('enough');
    session.beat();
    expect(sent.slice(1)).toEqual([
      { type: 'heartbeat', term: 5, step: 0, rowsDone: 0 },
      { type: 'leave', reason: 'enough' },
    ]);
  });

  it('says what the weights at hand make of the rows of an evaluation, before it computes what is leased to it', async () => {
    const { sent, notices, ready, receive } = start();
    receive(welcome);
    await ready;
    receive(weightsOf(3));
    receive(rowsOf(3));
    const part = { type: 'evaluate', term: 5, step: 3, rowCount: 4, rows } as const;
    receive({ ...part, part: 7 });
    receive(leaseOf(3));
    receive({ ...part, part: 9 });
    await until(() => sent.length === 4);
    expect(sent.slice(1).map((message) => ('part' in message ? message.part : message.type))).toEqual([
      ...[7, 9, 'contribution'],
    ]);
    const computer = new SpanComputer(referenceBackend, config);
    computer.network.weights.set(weights);
    const facts = { type: 'evaluated', term: 5, step: 3, part: 7, rowCount: 4, computeMicros: 0 };
    expect(sent[1]).toEqual({ ...facts, outputs: computer.answer({ rows, rowCount: 4 }) });
    expect(notices).toContainEqual({ type: 'part-evaluated', step: 3, rowCount: 4 });
  });

  it('fails where weights are to be judged that it does not have, and forgets parts when newer ones come', async () => {
    const { sent, failures, ready, receive } = start();
    receive(welcome);
    await ready;
    receive(weightsOf(3));
    const part = { type: 'evaluate', term: 5, step: 3, part: 1, rowCount: 4, rows } as const;
    receive(part);
    receive({ ...part, part: 2 });
    receive(weightsOf(4));
    await until(() => sent.length === 2);
    receive(part);
    expect(failures.map(String)).toEqual([expect.stringContaining('an evaluation of step 3 came with')]);
    expect(sent).toHaveLength(2);
  });

  it('says how many rows of its newest step it has computed', async () => {
    const { session, sent, notices, ready, receive } = start();
    const beat = (): WorkerMessage => {
      session.beat();
      return sent.at(-1)!;
    };
    receive(welcome);
    await ready;
    receive(weightsOf(3));
    receive(rowsOf(3));
    receive(leaseOf(3));
    expect(beat()).toEqual({ type: 'heartbeat', term: 5, step: 3, rowsDone: 0 });
    await until(() => notices.some(({ type }) => type === 'span-computed'));
    expect(beat()).toEqual({ type: 'heartbeat', term: 5, step: 3, rowsDone: 4 });
    receive(weightsOf(4));
    expect(beat()).toEqual({ type: 'heartbeat', term: 5, step: 4, rowsDone: 0 });
  });

  it('passes on why it stands by', async () => {
    const { notices, ready, receive } = start();
    receive(welcome);
    await ready;
    const standby = {
      type: 'standby',
      term: 5,
      step: 3,
      reason: 'full',
      neededMicros: 0,
      stepMicros: 0,
    } as const;
    receive(standby);
    expect(notices.at(-1)).toEqual({ type: 'standby', standby });
  });

  it('answers a lease with the sum of its rows', async () => {
    const { sent, ready, receive, failures } = start();
    receive(welcome);
    await ready;
    receive(weightsOf(3));
    receive(rowsOf(3));
    receive(leaseOf(3));
    await until(() => sent.length === 2);
    const computer = new SpanComputer(referenceBackend, config);
    computer.network.weights.set(weights);
    const { gradient, lossSum } = computer.compute({ rows, labels, step: 3, firstRow: 0 });
    const { checksum } = checksumOf(gradient);
    expect(failures).toEqual([]);
    expect(sent[1]).toMatchObject({
      type: 'contribution',
      term: 5,
      step: 3,
      span: { firstLeaf: 2, leafCount: 2 },
      rowCount: 4,
      checksum,
      lossSum,
    });
    expect(new Uint32Array((sent[1] as Contribution).gradient.slice().buffer)).toEqual(
      new Uint32Array(gradient.slice().buffer),
    );
  });

  it('keeps what comes while its team is being made', async () => {
    const { sent, ready, receive } = start();
    receive(welcome);
    receive(weightsOf(0));
    receive(rowsOf(0));
    receive(leaseOf(0));
    expect(sent).toHaveLength(1);
    await ready;
    await until(() => sent.length === 2);
    expect(sent[1]).toMatchObject({ type: 'contribution', step: 0 });
  });

  it('answers every lease of a step, and the steps that follow', async () => {
    const { sent, ready, receive } = start();
    receive(welcome);
    await ready;
    for (const step of [0, 1]) {
      receive(weightsOf(step));
      if (step === 0) receive(rowsOf(step));
      receive(leaseOf(step));
      receive(rowsOf(step + 1));
      receive(leaseOf(step));
      await until(() => sent.length === 3 + 2 * step);
    }
    expect(sent.slice(1).map((message) => (message as Contribution).step)).toEqual([0, 0, 1, 1]);
  });

  it('spends no bytes on a step that is over when it is done with a span of it', async () => {
    const { sent, ready, receive } = start();
    receive(welcome);
    await ready;
    receive(weightsOf(0));
    receive(rowsOf(0));
    receive(leaseOf(0));
    receive(rowsOf(1));
    receive(weightsOf(1));
    receive(leaseOf(1));
    await until(() => sent.length === 2);
    expect(sent[1]).toMatchObject({ type: 'contribution', step: 1 });
  });

  it('ends its team with the connection', async () => {
    const { session, ready, receive, teams } = start();
    receive(welcome);
    await ready;
    const close = vi.spyOn(teams[0]!, 'close');
    session.end();
    expect(close).toHaveBeenCalledOnce();
  });

  it.each([
    ['a coordinator under another contract', { ...welcome, contract: 'exact-0' }],
    ['a run configuration that is not valid', { ...welcome, configJson: '{}' }],
    ['work before the welcome', leaseOf(0)],
  ] as [string, CoordinatorMessage][])('fails on %s', (_what, message) => {
    const { failures, receive } = start();
    receive(message);
    expect(failures).toHaveLength(1);
  });

  it('fails on a model with a layer that it lacks, before it computes, with the place and what to do', () => {
    const layers = [{ type: 'conv9d', name: 'first' }, ...config.model.layers];
    const { failures, receive, teams } = start();
    receive({ ...welcome, configJson: JSON.stringify({ ...config, model: { ...config.model, layers } }) });
    expect(failures[0]?.message).toMatch(
      /model\.layers\.0\.type: expected one of dense, .*, found "conv9d"; use the coordinator's version of Lockstep here/,
    );
    expect(teams).toHaveLength(0);
  });

  it('fails on a lease of a step whose weights it does not have', async () => {
    const { failures, ready, receive, sent } = start();
    receive(welcome);
    await ready;
    receive(weightsOf(0));
    receive(leaseOf(1));
    expect(failures[0]?.message).toContain('a lease of step 1 came with the weights of step 0');
    expect(sent).toHaveLength(1);
  });

  it('fails on weights that arrive with other bits', async () => {
    const { failures, ready, receive } = start();
    receive(welcome);
    await ready;
    receive({ ...weightsOf(0), checksum: '0'.repeat(16) } as CoordinatorMessage);
    receive(rowsOf(0));
    receive(leaseOf(0));
    await until(() => failures.length > 0);
    expect(failures[0]?.message).toContain('the weights arrived with other bits');
  });

  it('fails on bytes that are no message, and answers nothing after that', () => {
    const { failures, receive, session, sent } = start();
    session.receive(Uint8Array.of(1, 2, 3));
    receive(welcome);
    expect(failures).toMatchObject([{ name: 'ProtocolError' }]);
    expect(sent).toHaveLength(1);
  });

  it('says goodbye once', () => {
    const { session, sent } = start();
    session.leave('SIGTERM');
    session.leave('SIGTERM');
    expect(sent.slice(1)).toEqual([{ type: 'leave', reason: 'SIGTERM' }]);
  });

  it('hears that the run is over while its team is being made', () => {
    const { notices, receive } = start();
    receive(welcome);
    receive(weightsOf(0));
    receive({ type: 'finished', reason: 'completed', step: 20, weightsSha256: 'b'.repeat(64) });
    expect(notices).toMatchObject([{ type: 'finished', finished: { step: 20 } }]);
  });

  it('passes on that the run is over', async () => {
    const { notices, ready, receive } = start();
    receive(welcome);
    await ready;
    receive({ type: 'finished', reason: 'completed', step: 20, weightsSha256: 'b'.repeat(64) });
    expect(notices.at(-1)).toMatchObject({ type: 'finished', finished: { reason: 'completed', step: 20 } });
  });
});
