export { asksForMemory, memoryHeaders } from './ask.ts';
export { createSharedSlots } from './create-shared-slots.ts';
export { openSharedSlots } from './open-shared-slots.ts';
