import { closeSync, ftruncateSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** The memory that process `pid` shares with workers, as any process of this user finds it. */
function sharedMemoryOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .map((descriptor) => `/proc/${pid}/fd/${descriptor}`)
    .filter((path) => {
      try {
        return readlinkSync(path).startsWith('/memfd:lockstep-');
      } catch {
        return false; // closed since
      }
    });
}

/** What the system says when the file at `path` is to have another length. */
function resized(path: string, bytes: number): string {
  const file = openSync(path, 'r+');
  try {
    ftruncateSync(file, bytes);
    return 'done';
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  } finally {
    closeSync(file);
  }
}

export const shortenedMemory: Row = {
  id: 'F60',
  title: 'a process of this user shortens the shared memory',
  load: 5,
  seconds: 15,
  async run(lab) {
    const sharing = { env: { LOCKSTEP_SHARED_MEMORY: 'on' } };
    const trial = await Trial.start(lab, {
      workers: ['one', 'two'],
      process: sharing,
      workerProcess: sharing,
      // Frames that are worth a slot.
      run: lab.smallRun({ hidden: '256' }),
    });
    const from = await trial.warm();
    const memories = sharedMemoryOf(trial.coordinator.pid);
    mustEqual(memories.length, 2, 'memories that are shared');
    for (const memory of memories) {
      for (const bytes of [0, 4096, 2 ** 30]) {
        mustEqual(resized(memory, bytes), 'EPERM', `what comes of ${bytes} bytes`);
      }
      await trial.journal.steps(10);
    }
    must(trial.coordinator.isRunning, 'the coordinator is gone');
    mustEqual(trial.entriesOf('worker-lost', from).length, 0, 'workers that were lost');
    const steps = await trial.finish();
    return `${memories.length} memories keep their length (EPERM), ${steps} steps`;
  },
};
