import { referenceBackend } from '@lockstep/math';
import { coordinatorMessageLimits, decodeCoordinatorMessage, type Weights } from '@lockstep/protocol';
import { describe, expect, it } from 'vitest';
import { WeightsBroadcast } from './weights-broadcast.ts';

const limits = coordinatorMessageLimits({ parameterCount: 3, featureCount: 1, maxRowCount: 1 });
const weightsAt = (step: number): Float32Array => Float32Array.of(step, step + 0.5, -step);

/** Sends the weights of `step` and gives the frame and its acknowledgement. */
function send(broadcast: WeightsBroadcast, step: number): { frame: Uint8Array; flushed: () => void } {
  let sent: { frame: Uint8Array; flushed: () => void } | undefined;
  broadcast.send(step, weightsAt(step), (frame, flushed) => (sent = { frame, flushed }));
  return sent!;
}

describe('WeightsBroadcast', () => {
  it('gives everyone the same frame of a step', () => {
    const broadcast = new WeightsBroadcast(1, referenceBackend);
    expect(send(broadcast, 4).frame).toBe(send(broadcast, 4).frame);
  });

  it('never writes a buffer that somebody still reads', () => {
    const broadcast = new WeightsBroadcast(1, referenceBackend);
    const slow = send(broadcast, 0);
    for (let step = 1; step < 6; step++) send(broadcast, step).flushed();
    const message = decodeCoordinatorMessage(slow.frame.slice(), limits) as Weights;
    expect(message).toMatchObject({ step: 0, term: 1 });
    expect(message.weights).toEqual(weightsAt(0));
  });

  it('uses two buffers in turn when everybody keeps up', () => {
    const broadcast = new WeightsBroadcast(1, referenceBackend);
    const buffers = new Set<ArrayBufferLike>();
    for (let step = 0; step < 10; step++) {
      const { frame, flushed } = send(broadcast, step);
      buffers.add(frame.buffer);
      flushed();
    }
    expect(buffers.size).toBeLessThanOrEqual(2);
  });
});
