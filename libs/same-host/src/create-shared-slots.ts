import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mapSharedFile } from '@lockstep/math-native';
import type { SharedSlots } from '@lockstep/transport';
import { memoryFile, memoryFolder, removeLeftovers } from './memory-folder.ts';
import { planSlots, slotsIn } from './slot-plan.ts';

/**
 * Makes memory for a coordinator and one worker of this machine.
 * @param longestFrame bytes of the longest frame that either sends
 * @returns undefined where that cannot be, or there is not so much of it: in a small container, say
 */
export async function createSharedSlots(longestFrame: number): Promise<SharedSlots | undefined> {
  try {
    return await create(longestFrame);
  } catch {
    // Whatever the system refuses, frames travel whole.
    return undefined;
  }
}

async function create(longestFrame: number): Promise<SharedSlots | undefined> {
  const plan = planSlots(longestFrame);
  const folder = memoryFolder();
  if (plan === undefined || folder === undefined) return undefined;
  removeLeftovers(folder);
  const name = `${process.pid}-${randomBytes(16).toString('hex')}`;
  const path = memoryFile(folder, name)!;
  const file = await mapSharedFile(path, { bytes: plan.bytes, creates: true });
  if (file === undefined) return undefined;
  const release = (): void => {
    rmSync(path, { force: true });
    file.release();
  };
  try {
    const { toWorker, toCoordinator } = slotsIn(file, plan);
    return { name, outgoing: toWorker, incoming: toCoordinator, release };
  } catch (error) {
    release();
    throw error;
  }
}
