import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { memoryChannelPair } from './memory-channel.ts';
import { LEAST_SHARED_BYTES, SlotChannel, type SharedSlots } from './slot-channel.ts';
import { decodeSlotMessage, encodeSlotMessage, type SlotMessage } from './slot-messages.ts';
import { Slots } from './slots.ts';
import { describeChannel } from './testing/describe-channel.ts';

const SLOT_BYTES = 4 * 1024 * 1024;
const COUNT = 2;

/** Memory that two ends have, as each of them sees it. */
function sharedMemory() {
  const direction = () => ({
    words: new Int32Array(COUNT),
    buffers: Array.from({ length: COUNT }, () => new ArrayBuffer(SLOT_BYTES)),
  });
  const [toWorker, toCoordinator] = [direction(), direction()];
  const slots = ({ words, buffers }: ReturnType<typeof direction>): Slots => new Slots(words, buffers);
  const ofCoordinator: SharedSlots = {
    name: 'memory',
    outgoing: slots(toWorker),
    incoming: slots(toCoordinator),
    release: vi.fn(),
  };
  const ofWorker = {
    ...ofCoordinator,
    outgoing: slots(toCoordinator),
    incoming: slots(toWorker),
    release: vi.fn(),
  };
  return { ofCoordinator, ofWorker, toWorker };
}

/** Both ends, and the channel beneath the worker's. */
async function start({ isThere = true } = {}) {
  const memory = sharedMemory();
  const [near, far] = memoryChannelPair();
  const coordinator = new SlotChannel(near);
  const open = vi.fn(() => Promise.resolve(isThere ? memory.ofWorker : undefined));
  const worker = new SlotChannel(far, open);
  coordinator.offer(memory.ofCoordinator);
  await settled();
  return { ...memory, coordinator, worker, far, open };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const longFrame = (first: number): Uint8Array => new Uint8Array(LEAST_SHARED_BYTES).fill(first);
const closeCode = (channel: SlotChannel): Promise<number> =>
  new Promise((resolve) => channel.onClose(({ code }) => resolve(code)));

describeChannel('a channel with shared memory, from the worker', async () => {
  const { coordinator, worker } = await start();
  return { left: worker, right: coordinator, dispose: () => Promise.resolve() };
});

describeChannel('a channel with shared memory, from the coordinator', async () => {
  const { coordinator, worker } = await start();
  return { left: coordinator, right: worker, dispose: () => Promise.resolve() };
});

describeChannel('a channel whose worker does not have the memory', async () => {
  const { coordinator, worker } = await start({ isThere: false });
  return { left: coordinator, right: worker, dispose: () => Promise.resolve() };
});

describe('SlotChannel', () => {
  it('lays long frames into slots, uses each again when it is given back, and sends whole what finds none', async () => {
    const { coordinator, worker, toWorker } = await start();
    const frames: Uint8Array[] = [];
    worker.onFrame((frame) => frames.push(frame));
    for (const first of [1, 2, 3]) coordinator.send(longFrame(first));
    await settled();
    const places = () => frames.map(({ buffer }) => toWorker.buffers.indexOf(buffer as ArrayBuffer));
    expect(places()).toEqual([0, 1, -1]);
    expect(frames.map(([first]) => first)).toEqual([1, 2, 3]);
    worker.recycle(frames[1]!.buffer);
    coordinator.send(longFrame(4));
    await settled();
    expect(places()).toEqual([0, 1, -1, 1]);
  });

  it('sends short frames over the wire', async () => {
    const { coordinator, worker, toWorker } = await start();
    const received = new Promise<Uint8Array>((resolve) => worker.onFrame(resolve));
    coordinator.send(longFrame(1).subarray(1));
    expect(toWorker.buffers).not.toContain((await received).buffer);
  });

  it('gives the memory back once it is closed and nobody looks at a received frame', async () => {
    const { coordinator, worker, ofCoordinator, ofWorker } = await start();
    const received = new Promise<Uint8Array>((resolve) => coordinator.onFrame(resolve));
    worker.send(longFrame(7));
    const frame = await received;
    worker.close(4000, 'gone');
    await settled();
    expect(ofWorker.release).toHaveBeenCalledOnce();
    expect(ofCoordinator.release).not.toHaveBeenCalled();
    expect(frame[0]).toBe(7);
    coordinator.recycle(frame.buffer);
    coordinator.recycle(frame.buffer);
    expect(ofCoordinator.release).toHaveBeenCalledOnce();
  });

  it('gives back what was declined at once, and what nobody answered for when it closes', async () => {
    const { ofCoordinator } = await start({ isThere: false });
    expect(ofCoordinator.release).toHaveBeenCalledOnce();
    const [near] = memoryChannelPair();
    const coordinator = new SlotChannel(near);
    const { ofCoordinator: unanswered } = sharedMemory();
    coordinator.offer(unanswered);
    expect(unanswered.release).not.toHaveBeenCalled();
    coordinator.close(4000, 'gone');
    await settled();
    expect(unanswered.release).toHaveBeenCalledOnce();
  });

  it.each<[string, SlotMessage | Uint8Array]>([
    ['a slot with no frame', { type: 'frame', slot: 0, length: 8 }],
    ['a slot that is not there', { type: 'frame', slot: COUNT, length: 8 }],
    ['an offer to the coordinator', { type: 'offer', name: 'mine', slotBytes: 8 }],
    ['a second acceptance', { type: 'accept' }],
    ['a refusal after it', { type: 'decline' }],
    ['half a message', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 3)],
  ])('closes with 4400 on %s', async (_name, said) => {
    const { coordinator, far } = await start();
    const closed = closeCode(coordinator);
    far.send(said instanceof Uint8Array ? said : encodeSlotMessage(said));
    expect(await closed).toBe(4400);
  });

  it('closes with 4400 on a frame longer than a slot, and on one told twice', async () => {
    for (const lengths of [[SLOT_BYTES + 1], [8, 8]]) {
      const { coordinator, far, ofWorker } = await start();
      const closed = closeCode(coordinator);
      const slot = ofWorker.outgoing.put(longFrame(1))!;
      for (const length of lengths) far.send(encodeSlotMessage({ type: 'frame', slot, length }));
      expect(await closed).toBe(4400);
    }
  });
});

describe('messages about slots', () => {
  const message = fc.oneof<fc.Arbitrary<SlotMessage>[]>(
    fc.record({
      type: fc.constant('offer'),
      name: fc.stringMatching(/^[0-9a-f-]{0,64}$/),
      slotBytes: fc.nat(),
    }),
    fc.record({ type: fc.constantFrom('accept', 'decline') }),
    fc.record({ type: fc.constant('frame'), slot: fc.nat(), length: fc.nat() }),
  );

  it('are read as they were written', () => {
    fc.assert(
      fc.property(message, (said) => {
        expect({ ...(decodeSlotMessage(encodeSlotMessage(said)) as SlotMessage) }).toEqual({ ...said });
      }),
    );
  });

  it('throw at nothing, and are told from frames', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const isMarked = bytes.length >= 4 && bytes.subarray(0, 4).every((byte) => byte === 0xff);
        expect(decodeSlotMessage(bytes) === undefined).toBe(!isMarked);
        decodeSlotMessage(Uint8Array.of(0xff, 0xff, 0xff, 0xff, ...bytes));
      }),
    );
  });
});
