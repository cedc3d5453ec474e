import { referenceBackend } from '@lockstep/math';
import { coordinatorMessageLimits, decodeCoordinatorMessage, type Weights } from '@lockstep/protocol';
import { describe, expect, it } from 'vitest';
import { WeightRooms } from './weight-rooms.ts';
import { WeightsBroadcast } from './weights-broadcast.ts';

const limits = coordinatorMessageLimits({ parameterCount: 3, featureCount: 1, maxRowCount: 1 });
const weightsAt = (step: number): Float32Array => Float32Array.of(step, step + 0.5, -step);

interface Sent {
  readonly frame: Uint8Array;
  readonly flushed: () => void;
}

function setUp() {
  const rooms = new WeightRooms(referenceBackend, 3);
  const broadcast = new WeightsBroadcast(1, referenceBackend, rooms);
  const commit = (step: number): void => {
    const room = rooms.spare();
    room.tensor.set(weightsAt(step));
    rooms.commit(room);
  };
  const send = (step: number): Sent => {
    let sent: Sent | undefined;
    broadcast.send(step, (frame, flushed) => (sent = { frame, flushed }));
    return sent!;
  };
  return { rooms, commit, send };
}

describe('WeightsBroadcast', () => {
  it('gives everyone the same frame of a step, around the weights themselves', () => {
    const { rooms, commit, send } = setUp();
    commit(4);
    const { frame } = send(4);
    expect(send(4).frame).toBe(frame);
    expect(frame.buffer).toBe(rooms.current.bytes.buffer);
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
