/**
 * Memory that a coordinator and a worker of the same machine share, so that their long frames are written once and read where they
 * lie, while the WebSocket carries word of them. For the two processes; `transport` has the channel that uses it (`SlotChannel`).
 *
 * Who connects from this machine asks (`memoryHeaders`, `asksForMemory`), the coordinator makes the memory, the worker opens it by a
 * name that only processes of the same user can follow. Where any of it cannot be, in a small container or on a system without it, the
 * answer is undefined and frames travel whole: no run depends on it, and no bit. `LOCKSTEP_SHARED_MEMORY=off` turns it off at either
 * end.
 *
 * It knows lengths of frames, not what is in them.
 */

export { asksForMemory, memoryHeaders } from './ask.ts';
export { createSharedSlots } from './create-shared-slots.ts';
export { openSharedSlots } from './open-shared-slots.ts';
