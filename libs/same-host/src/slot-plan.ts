import type { SharedFile } from '@lockstep/math-native';
import { LEAST_SHARED_BYTES, Slots } from '@lockstep/transport';

/** A page, in which the words lie; slots begin at pages. */
const PAGE = 4096;

/** To the worker: the weights, the rows of two steps, and one more on its way. */
const TO_WORKER = 4;
/** To the coordinator: the gradients that a worker may have sent in a step, and one being written. */
const TO_COORDINATOR = 4;

/** More is not made for one worker: what is this large spends its time computing. */
const MOST_BYTES = 4 * 1024 ** 3;

/** Where what lies in a memory that a coordinator and a worker share. */
export interface SlotPlan {
  readonly slotBytes: number;
  readonly bytes: number;
}

/** @returns undefined where so long frames are no use in shared memory */
export function planSlots(longestFrame: number): SlotPlan | undefined {
  const slotBytes = Math.ceil(longestFrame / PAGE) * PAGE;
  const bytes = PAGE + (TO_WORKER + TO_COORDINATOR) * slotBytes;
  return longestFrame >= LEAST_SHARED_BYTES && bytes <= MOST_BYTES ? { slotBytes, bytes } : undefined;
}

/** The slots of a mapped file. */
export function slotsIn(
  file: SharedFile,
  { slotBytes }: SlotPlan,
): { readonly toWorker: Slots; readonly toCoordinator: Slots } {
  const words = new Int32Array(file.view(0, PAGE));
  const slots = (first: number, count: number): Slots =>
    new Slots(
      words.subarray(first, first + count),
      Array.from({ length: count }, (_, slot) => file.view(PAGE + (first + slot) * slotBytes, slotBytes)),
    );
  return { toWorker: slots(0, TO_WORKER), toCoordinator: slots(TO_WORKER, TO_COORDINATOR) };
}
