import type { Channel, Close } from '@lockstep/transport';
import { describeChannel } from '@lockstep/transport/testing';
import { describe, expect, it } from 'vitest';
import { smallWorld } from '../testing/small-world.ts';
import { Host } from '../world/host.ts';

describeChannel('a channel through the simulated network', async () => {
  const { world, left, right } = await smallWorld();
  let isDisposed = false;
  const goOn = (): void => void (isDisposed || world.after(1000, goOn));
  goOn();
  const running = world.run(() => isDisposed, Infinity);
  const dispose = async (): Promise<void> => {
    isDisposed = true;
    await running;
  };
  return { left, right, dispose };
});

/** What a channel brings, in the order it comes. */
function listen(channel: Channel): { readonly frames: number[]; readonly closes: Close[] } {
  const heard = { frames: [] as number[], closes: [] as Close[] };
  channel.onFrame(([byte]) => heard.frames.push(byte!));
  channel.onClose((close) => heard.closes.push(close));
  return heard;
}

describe('the simulated network', () => {
  it('holds back what enters a black hole, and brings it in order when it is gone', async () => {
    const { left, right, workerSite, pass } = await smallWorld();
    const { frames } = listen(right);
    left.send(Uint8Array.of(1));
    workerSite.up.block();
    left.send(Uint8Array.of(2));
    left.send(Uint8Array.of(3));
    await pass(2);
    expect(frames).toEqual([]);
    expect(left.bufferedBytes).toBe(3);
    workerSite.up.unblock();
    left.send(Uint8Array.of(4));
    await pass(1);
    expect(frames).toEqual([1, 2, 3, 4]);
    expect(left.bufferedBytes).toBe(0);
  });

  it('lets the other way pass while one is blocked', async () => {
    const { left, right, workerSite, pass } = await smallWorld();
    const { frames } = listen(left);
    workerSite.up.block();
    right.send(Uint8Array.of(7));
    await pass(1);
    expect(frames).toEqual([7]);
  });

  it('loses what is on its way when a connection breaks, and tells both ends', async () => {
    const { left, right, network, workerSite, pass } = await smallWorld();
    const [atLeft, atRight] = [listen(left), listen(right)];
    left.send(Uint8Array.of(1));
    network.reset(workerSite);
    await pass(1);
    expect(atRight).toEqual({ frames: [], closes: [{ code: 1006, reason: '' }] });
    expect(atLeft.closes).toEqual([{ code: 1006, reason: '' }]);
  });

  it('tells the other end of a process that was killed, after what had left it', async () => {
    const { left, right, worker, pass } = await smallWorld();
    const heard = listen(right);
    left.send(Uint8Array.of(1));
    await pass(0.0001);
    left.send(Uint8Array.of(2));
    worker.end();
    await pass(1);
    expect(heard).toEqual({ frames: [1], closes: [{ code: 1006, reason: '' }] });
  });

  it('tells nobody of a machine without power, until its next process is spoken to', async () => {
    const { left, right, coordinator, coordinatorSite, pass } = await smallWorld();
    const { closes } = listen(left);
    listen(right);
    coordinatorSite.isUp = false;
    coordinator.end();
    left.send(Uint8Array.of(1));
    await pass(60);
    expect(closes).toEqual([]);
    coordinatorSite.isUp = true;
    await pass(60);
    expect(closes).toEqual([]);
    left.send(Uint8Array.of(2));
    await pass(1);
    expect(closes).toEqual([{ code: 1006, reason: '' }]);
  });

  it('gives up a peer that answers no ping', async () => {
    const { right, workerSite, pass } = await smallWorld();
    const { closes } = listen(right);
    workerSite.down.block();
    await pass(11);
    expect(closes).toEqual([{ code: 1006, reason: '' }]);
  });

  it('gives up a closing handshake that is not answered', async () => {
    const { left, right, worker, pass } = await smallWorld();
    const { closes } = listen(left);
    right.close(4410, 'silent');
    worker.stop();
    await pass(31);
    worker.continue();
    await pass(1);
    expect(closes).toEqual([{ code: 4410, reason: 'silent' }]);
  });

  it('brings a stopped process what came meanwhile, in order, when it goes on', async () => {
    const { left, right, coordinator, pass } = await smallWorld();
    const { frames } = listen(right);
    coordinator.stop();
    for (let i = 0; i < 5; i++) left.send(Uint8Array.of(i));
    await pass(1);
    expect(frames).toEqual([]);
    coordinator.continue();
    left.send(Uint8Array.of(5));
    await pass(1);
    expect(frames).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('refuses connections where nobody listens, and gives up those that nobody answers', async () => {
    const { network, world, workerSite, coordinator, coordinatorSite, pass } = await smallWorld();
    const failures: string[] = [];
    const connect = (): void =>
      void network
        .connect(workerSite, new Host(world, 'another'))
        .catch((error: Error) => failures.push(error.message));
    coordinator.end();
    connect();
    await pass(1);
    expect(failures).toEqual(['connection refused']);
    coordinatorSite.isUp = false;
    connect();
    await pass(9);
    expect(failures).toHaveLength(1);
    await pass(2);
    expect(failures).toEqual(['connection refused', 'no answer to the handshake']);
  });

  it('takes time for bytes and for the way', async () => {
    const { left, right, world, workerSite, pass } = await smallWorld();
    workerSite.up.bytesPerSecond = 100_000;
    workerSite.up.jitterMicros = 0;
    const arrivals: number[] = [];
    right.onFrame(() => arrivals.push(world.now));
    const before = world.now;
    left.send(new Uint8Array(100_000 - 60));
    left.send(new Uint8Array(100_000 - 60));
    await pass(3);
    expect(arrivals.map((time) => time - before)).toEqual([1_001_000, 2_001_000]);
  });
});
