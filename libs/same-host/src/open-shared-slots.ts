import { rmSync } from 'node:fs';
import { mapSharedFile } from '@lockstep/math-native';
import type { OpenSlots } from '@lockstep/transport';
import { memoryFile, memoryFolder } from './memory-folder.ts';
import { planSlots, slotsIn } from './slot-plan.ts';

/**
 * Maps the memory that a coordinator offers, and takes its file out of the folder: both have it now, and nothing is left behind
 * however they end. Undefined where it is not on this machine, or not this user's.
 */
export const openSharedSlots: OpenSlots = (offer) =>
  // Whatever the system refuses, frames travel whole.
  open(offer).catch(() => undefined);

const open: OpenSlots = async ({ name, slotBytes }) => {
  const plan = planSlots(slotBytes);
  const folder = memoryFolder();
  const path = folder === undefined ? undefined : memoryFile(folder, name);
  if (plan === undefined || path === undefined) return undefined;
  const file = await mapSharedFile(path, { bytes: plan.bytes, creates: false });
  if (file === undefined) return undefined;
  const release = (): void => file.release();
  try {
    rmSync(path, { force: true });
    const { toWorker, toCoordinator } = slotsIn(file, plan);
    return { name, outgoing: toCoordinator, incoming: toWorker, release };
  } catch (error) {
    release();
    throw error;
  }
};
