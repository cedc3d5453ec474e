import { checksumOf, referenceBackend } from '@lockstep/math';
import { GOLDEN_DIGEST } from '@lockstep/nn';
import {
  CONTRACT,
  PROTOCOL_VERSION,
  type Contribution,
  type CoordinatorMessage,
  type WorkerMessage,
} from '@lockstep/protocol';
import { describe, expect, it, vi } from 'vitest';
import { SpanComputer } from './span-computer.ts';
import {
  config,
  labels,
  leaseOf,
  rows,
  rowsOf,
  start,
  until,
  weights,
  weightsOf,
  welcome,
} from './testing/session.ts';

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
