import { GCProfiler, getHeapStatistics } from 'node:v8';

/** Elements of a typed array of up to so many bytes lie in the heap of JavaScript, where they are counted already. */
const IN_HEAP_BYTES = 64;

/** The functions of the package `ws` that put a received message together. */
const RECEIVES = /\bReceiver\d*\.consume\b|[\\/]ws[\\/]lib[\\/]receiver\.js/;

/**
 * Counts all that JavaScript of this thread allocates from now on: objects, by how much the heap grew between collections;
 * and the memory of buffers and typed arrays, by taking the place of what makes them. What the sockets read into and what
 * `ws` puts received messages together in is left out, and so is what happens between `pause` and `resume`.
 */
export function countAllocations() {
  const buffers = { bufferBytes: 0, receivedBytes: 0 };
  let isPaused = false;
  const count = (/** @type {number} */ bytes) => {
    if (bytes <= IN_HEAP_BYTES || isPaused) return;
    const isReceived = bytes > 4096 && RECEIVES.test(new Error().stack ?? '');
    buffers[isReceived ? 'receivedBytes' : 'bufferBytes'] += bytes;
  };
  countBuffers(count);
  countTypedArrays(count);
  const used = () => getHeapStatistics().used_heap_size;
  let heapBytes = 0;
  let before = used();
  let profiler = new GCProfiler();
  profiler.start();
  return {
    /** @returns the totals so far */
    pause() {
      const now = used();
      isPaused = true;
      for (const { beforeGC, afterGC } of profiler.stop().statistics) {
        heapBytes += beforeGC.heapStatistics.usedHeapSize - before;
        before = afterGC.heapStatistics.usedHeapSize;
      }
      heapBytes += now - before;
      return { heapBytes, ...buffers };
    },
    resume() {
      profiler = new GCProfiler();
      profiler.start();
      isPaused = false;
      before = used();
    },
  };
}

function countBuffers(/** @type {(bytes: number) => void} */ count) {
  for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow']) {
    const original = Buffer[name];
    Buffer[name] = (/** @type {number} */ size, ...rest) => {
      count(size);
      return original(size, ...rest);
    };
  }
}

/** Bytes that `new constructor(...args)` allocates. */
function bytesOf(constructor, [first]) {
  const size = constructor.BYTES_PER_ELEMENT ?? 1;
  if (typeof first === 'number') return first * size;
  if (first instanceof ArrayBuffer || first instanceof SharedArrayBuffer) return 0;
  return (first?.length ?? 0) * size;
}

function countTypedArrays(/** @type {(bytes: number) => void} */ count) {
  const typedArrays = [
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
  ];
  for (const constructor of [ArrayBuffer, SharedArrayBuffer, ...typedArrays]) {
    globalThis[constructor.name] = new Proxy(constructor, {
      construct(target, args, newTarget) {
        count(bytesOf(target, args));
        return Reflect.construct(target, args, newTarget);
      },
    });
  }
  const { prototype } = Object.getPrototypeOf(Uint8Array);
  for (const name of ['slice', 'map', 'filter', 'toSorted', 'toReversed', 'with']) {
    const original = prototype[name];
    prototype[name] = function (...args) {
      const made = original.apply(this, args);
      count(made.byteLength);
      return made;
    };
  }
}
