import { mapSharedMemory } from '@lockstep/math-native';
import type { OpenSlots } from '@lockstep/transport';
import { memoryPath } from './memory-name.ts';
import { planSlots, slotsIn } from './slot-plan.ts';

/** Maps the memory that a coordinator offers. Undefined where it is not on this machine, not this user's, or not sealed. */
export const openSharedSlots: OpenSlots = (offer) =>
  // Whatever the system refuses, frames travel whole.
  open(offer).catch(() => undefined);

const open: OpenSlots = async ({ name, slotBytes }) => {
  const plan = planSlots(slotBytes);
  const path = memoryPath(name);
  if (plan === undefined || path === undefined) return undefined;
  const file = await mapSharedMemory(path, plan.bytes);
  if (file === undefined) return undefined;
  const release = (): void => file.release();
  try {
    const { toWorker, toCoordinator } = slotsIn(file, plan);
    return { name, outgoing: toCoordinator, incoming: toWorker, release };
  } catch (error) {
    release();
    throw error;
  }
};
