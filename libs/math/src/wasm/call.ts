import { type Heap, stagedBytes } from '../heap.ts';

/**
 * The scratch space of one kernel call: a workspace first, then copies of the arrays that lie outside the heap. The same
 * object serves every call, so that nothing is allocated in the steady state.
 */
export class Call {
  readonly #heap: Heap;
  #next = 0;

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /** Makes room for `workspaceBytes` and the arrays; returns the workspace's address. @throws {BackendMemoryError} */
  begin(workspaceBytes: number, ...arrays: readonly (Float32Array | Uint8Array)[]): number {
    let staged = 0;
    for (const array of arrays) if (!this.#heap.holds(array)) staged += stagedBytes(array);
    const workspace = Math.ceil(workspaceBytes / 64) * 64;
    const total = workspace + staged;
    if (total === 0) return 0;
    const start = this.#heap.scratch(total);
    this.#next = start + workspace;
    return start;
  }

  /** The address of an array that the kernel reads: its own, or that of a copy. */
  input(array: Float32Array | Uint8Array): number {
    if (this.#heap.holds(array)) return array.byteOffset;
    const address = this.#stage(array);
    if (array instanceof Float32Array) this.#heap.floats.set(array, address / 4);
    else this.#heap.bytes.set(array, address);
    return address;
  }

  /** The address of an array that the kernel only writes; `deliver` brings it back. */
  output(array: Float32Array): number {
    return this.#heap.holds(array) ? array.byteOffset : this.#stage(array);
  }

  /** Copies the elements `first` to `last` - 1 that the kernel wrote at `address` to `array`, unless that is where it lies. */
  deliver(array: Float32Array, address: number, first = 0, last = array.length): void {
    if (this.#heap.holds(array)) return;
    array.set(this.#heap.floats.subarray(address / 4 + first, address / 4 + last), first);
  }

  #stage(array: Float32Array | Uint8Array): number {
    const address = this.#next;
    this.#next += stagedBytes(array);
    return address;
  }
}
