import { randomBytes } from 'node:crypto';
import { closeSync } from 'node:fs';
import { makeSharedMemory, mapSharedMemory } from '@lockstep/math-native';
import type { SharedSlots } from '@lockstep/transport';
import { memoryName, memoryPath, systemName } from './memory-name.ts';
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
  if (plan === undefined) return undefined;
  const secret = randomBytes(16).toString('hex');
  const descriptor = await makeSharedMemory(systemName(secret), plan.bytes);
  if (descriptor === undefined) return undefined;
  const name = memoryName(process.pid, descriptor, secret);
  let isReleased = false;
  try {
    const file = await mapSharedMemory(memoryPath(name)!, plan.bytes);
    if (file === undefined) throw new Error('memory that was just made cannot be mapped');
    const { toWorker, toCoordinator } = slotsIn(file, plan);
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      closeSync(descriptor);
      file.release();
    };
    return { name, outgoing: toWorker, incoming: toCoordinator, release };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
