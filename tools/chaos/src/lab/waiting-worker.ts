import type { Lab } from './lab.ts';
import type { ScriptedWorker } from './scripted-worker.ts';

/** A worker that waits instead of computing long: its time is its own, however busy the machine is. */
export interface WaitingWorker {
  readonly worker: ScriptedWorker;
  /** Milliseconds for a row; counts from the next lease on. */
  millisPerRow: number;
}

export async function waitingWorker(
  lab: Lab,
  port: number,
  name: string,
  millisPerRow: number,
): Promise<WaitingWorker> {
  const self = { millisPerRow };
  let freeAt = 0;
  const worker = await lab.scripted(port, {
    name,
    onLease(lease, script) {
      const contribution = script.contribution(lease);
      const millis = lease.rowCount * self.millisPerRow;
      freeAt = Math.max(freeAt, performance.now()) + millis;
      setTimeout(() => {
        if (script.socket.readyState !== script.socket.OPEN) return;
        script.send({ ...contribution, computeMicros: Math.round(millis * 1000) });
      }, freeAt - performance.now());
    },
  });
  return Object.assign(self, { worker });
}
