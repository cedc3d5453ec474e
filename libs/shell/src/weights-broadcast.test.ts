import { referenceBackend } from '@lockstep/math';
import { coordinatorMessageLimits, decodeCoordinatorMessage, type Weights } from '@lockstep/protocol';
import { describe, expect, it } from 'vitest';
import { WeightBuffers } from './weight-buffers.ts';
import { WeightsBroadcast } from './weights-broadcast.ts';

const limits = coordinatorMessageLimits({
  parameterCount: 3,
  featureCount: 1,
  outputCount: 1,
  maxRowCount: 1,
});
const weightsAt = (step: number): Float32Array => Float32Array.of(step, step + 0.5, -step);

interface Sent {
  readonly frame: Uint8Array;
  readonly flushed: () => void;
}

function setUp() {
  const buffers = new WeightBuffers(referenceBackend, 3);
  const broadcast = new WeightsBroadcast(1, referenceBackend, buffers);
  const commit = (step: number): void => {
    const buffer = buffers.spare();
    buffer.tensor.set(weightsAt(step));
    buffers.commit(buffer);
  };
  const send = (step: number): Sent => {
    let sent: Sent | undefined;
    broadcast.send(step, (frame, flushed) => (sent = { frame, flushed }));
    return sent!;
  };
  return { buffers, commit, send };
}

describe('WeightsBroadcast', () => {
  it('gives everyone the same frame of a step, around the weights themselves', () => {
    const { buffers, commit, send } = setUp();
    commit(4);
    const { frame } = send(4);
    expect(send(4).frame).toBe(frame);
    expect(frame.buffer).toBe(buffers.current.bytes.buffer);
  });

  it('never writes a buffer that somebody still reads', () => {
    const { commit, send } = setUp();
    commit(0);
    const slow = send(0);
    for (let step = 1; step < 6; step++) {
      commit(step);
      send(step).flushed();
    }
    const message = decodeCoordinatorMessage(slow.frame.slice(), limits) as Weights;
    expect(message).toMatchObject({ step: 0, term: 1 });
    expect(message.weights).toEqual(weightsAt(0));
  });
});
