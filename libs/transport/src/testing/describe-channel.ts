import { describe, expect, it } from 'vitest';
import type { Channel, Close } from '../channel.ts';

/** Two ends of a fresh channel, open. */
export interface ChannelPair {
  readonly left: Channel;
  readonly right: Channel;
  /** Ends what was started for it. */
  readonly dispose: () => Promise<void>;
}

const LARGE_FRAME_BYTES = 3 * 1024 * 1024;

/** A frame whose bytes tell its number and place. */
function numberedFrame(number: number, byteLength: number): Uint8Array {
  const frame = new Uint8Array(byteLength);
  for (let i = 0; i < byteLength; i++) frame[i] = (i * 31 + number) & 0xff;
  return frame;
}

function isNumberedFrame(frame: Uint8Array, number: number): boolean {
  for (let i = 0; i < frame.length; i++) if (frame[i] !== ((i * 31 + number) & 0xff)) return false;
  return true;
}

const closeOf = (channel: Channel): Promise<Close> => new Promise((resolve) => channel.onClose(resolve));

/** The next `count` frames. */
const framesOf = (channel: Channel, count: number): Promise<Uint8Array[]> =>
  new Promise((resolve) => {
    const frames: Uint8Array[] = [];
    channel.onFrame((frame) => {
      frames.push(frame);
      if (frames.length === count) resolve(frames);
    });
  });

/** What every kind of channel does; each kind's test calls this with a way to make a pair. */
export function describeChannel(name: string, makePair: () => Promise<ChannelPair>): void {
  const withPair = (use: (pair: ChannelPair) => Promise<void>) => async (): Promise<void> => {
    const pair = await makePair();
    try {
      await use(pair);
    } finally {
      await pair.dispose();
    }
  };

  describe(name, () => {
    it(
      'delivers every frame once and in order, whatever its size',
      withPair(async ({ left, right }) => {
        const sizes = [0, 1, 7, 8, 125, 126, 65_535, 65_536, ...Array.from({ length: 200 }, (_, i) => i)];
        const received = framesOf(right, sizes.length);
        sizes.forEach((size, i) => left.send(numberedFrame(i, size)));
        const frames = await received;
        expect(frames.map((frame) => frame.length)).toEqual(sizes);
        expect(frames.findIndex((frame, i) => !isNumberedFrame(frame, i))).toBe(-1);
      }),
    );

    it(
      'carries frames both ways at once',
      withPair(async ({ left, right }) => {
        const [atLeft, atRight] = [framesOf(left, 2), framesOf(right, 1)];
        left.send(Uint8Array.of(1));
        right.send(Uint8Array.of(2));
        right.send(Uint8Array.of(3));
        expect((await atRight).map(([byte]) => byte)).toEqual([1]);
        expect((await atLeft).map(([byte]) => byte)).toEqual([2, 3]);
      }),
    );

    it(
      'hands over plain bytes that nothing else writes to',
      withPair(async ({ left, right }) => {
        const received = framesOf(right, 2);
        const buffer = numberedFrame(1, 4096);
        left.send(buffer, () => {
          buffer.set(numberedFrame(2, 4096));
          left.send(buffer);
        });
        const [first, second] = await received;
        expect(Object.getPrototypeOf(first)).toBe(Uint8Array.prototype);
        expect(isNumberedFrame(first!, 1)).toBe(true);
        expect(isNumberedFrame(second!, 2)).toBe(true);
      }),
    );

    it(
      'carries frames of 3 MB, says how far behind it is, and flushes each once',
      withPair(async ({ left, right }) => {
        const count = 4;
        const received = framesOf(right, count);
        const flushes = new Array<number>(count).fill(0);
        const flushed = new Promise<void>((resolve) => {
          for (let i = 0; i < count; i++) {
            left.send(numberedFrame(i, LARGE_FRAME_BYTES), () => {
              flushes[i]!++;
              if (i === count - 1) resolve();
            });
          }
        });
        expect(left.bufferedBytes).toBeGreaterThan(LARGE_FRAME_BYTES);
        const frames = await received;
        await flushed;
        expect(left.bufferedBytes).toBe(0);
        expect(flushes).toEqual(new Array<number>(count).fill(1));
        expect(
          frames.every((frame, i) => frame.length === LARGE_FRAME_BYTES && isNumberedFrame(frame, i)),
        ).toBe(true);
      }),
    );

    it(
      'keeps frames that arrive before anybody takes them',
      withPair(async ({ left, right }) => {
        left.send(Uint8Array.of(1));
        left.send(Uint8Array.of(2));
        left.close(4400, 'after two');
        await closeOf(right);
        const bytes: (number | undefined)[] = [];
        right.onFrame(([byte]) => bytes.push(byte));
        expect(bytes).toEqual([1, 2]);
      }),
    );

    it(
      'ends both ends with the code and reason given, after the frames sent before',
      withPair(async ({ left, right }) => {
        const received = framesOf(right, 1);
        const closes = Promise.all([closeOf(left), closeOf(right)]);
        left.send(numberedFrame(5, 100_000));
        left.close(4503, 'full');
        expect(isNumberedFrame((await received)[0]!, 5)).toBe(true);
        expect(await closes).toEqual([
          { code: 4503, reason: 'full' },
          { code: 4503, reason: 'full' },
        ]);
      }),
    );

    it(
      'is open until either end closes it',
      withPair(async ({ left, right }) => {
        expect([left.isOpen, right.isOpen]).toEqual([true, true]);
        const closed = closeOf(right);
        left.close(1000, '');
        expect(left.isOpen).toBe(false);
        await closed;
        expect(right.isOpen).toBe(false);
      }),
    );

    it(
      'delivers nothing to an end that has closed',
      withPair(async ({ left, right }) => {
        let frameCount = 0;
        left.onFrame(() => frameCount++);
        const closed = closeOf(left);
        right.send(Uint8Array.of(1));
        left.close(1000, '');
        await closed;
        expect(frameCount).toBe(0);
      }),
    );

    it(
      'takes frames after its end without harm: none arrives, each is flushed once',
      withPair(async ({ left, right }) => {
        let frameCount = 0;
        right.onFrame(() => frameCount++);
        const closed = Promise.all([closeOf(left), closeOf(right)]);
        left.close(1001, 'going');
        let flushCount = 0;
        left.send(Uint8Array.of(1), () => flushCount++);
        await closed;
        left.send(Uint8Array.of(2), () => flushCount++);
        right.send(Uint8Array.of(3), () => flushCount++);
        left.close(4400, 'again');
        expect([frameCount, flushCount]).toEqual([0, 3]);
      }),
    );

    it(
      'tells its end once, also to those who ask later',
      withPair(async ({ left, right }) => {
        let closeCount = 0;
        const closed = new Promise<void>((resolve) =>
          right.onClose(() => {
            closeCount++;
            resolve();
          }),
        );
        left.close(4408, 'late');
        right.close(4408, 'late');
        await closed;
        expect(closeCount).toBe(1);
        expect((await closeOf(right)).code).toBe(4408);
      }),
    );
  });
}
