import { rmSync } from 'node:fs';
import { mapSharedFile } from '@lockstep/math-native';
import type { OpenSlots } from '@lockstep/transport';
import { memoryFile, memoryFolder } from './memory-folder.ts';
import { planSlots, slotsIn } from './slot-plan.ts';

/**
 * Maps the memory that a coordinator offers, and takes its file out of the folder: both have it now, and nothing is left behind
 * however they end. Undefined where it is not on this machine, or not this user's.
 */
export const openSharedSlots: OpenSlots = async ({ name, slotBytes }) => {
  const plan = planSlots(slotBytes);
  const folder = memoryFolder();
  const path = folder === undefined ? undefined : memoryFile(folder, name);
  if (plan === undefined || path === undefined) return undefined;
  const file = await mapSharedFile(path, { bytes: plan.bytes, creates: false });
  if (file === undefined) return undefined;
  rmSync(path, { force: true });
  const { toWorker, toCoordinator } = slotsIn(file, plan);
  return { name, outgoing: toCoordinator, incoming: toWorker, release: () => file.release() };
};
