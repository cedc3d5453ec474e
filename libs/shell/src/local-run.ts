import type { Run } from './run.ts';
import type { RunEnd } from './run-setup.ts';

/** How long the loop computes before it looks at signals and timers. */
const TURN_SECONDS = 0.02;

export interface LocalControl {
  /** Why the run must stop, once it must. */
  stopReason(): string | undefined;
  /** Seconds of a monotonic clock. */
  now(): number;
  readonly checkpointEvery: number;
  /** Lets everything else that waits have its turn. */
  yieldTurn(): Promise<void>;
}

/**
 * Trains in this process alone: each mini-batch is one span, the root of its tree. The oracle of every distributed run.
 */
export async function trainLocally(run: Run, control: LocalControl): Promise<RunEnd> {
  const { trainer } = run;
  await run.catchUp();
  run.begin();
  let turnEnds = control.now() + TURN_SECONDS;
  while (trainer.step < run.lastStep) {
    const sum = run.timed('compute', () => trainer.compute(trainer.rootOfStep()));
    if (!run.commit(sum)) return run.diverge();
    const isDue = control.checkpointEvery > 0 && trainer.step % control.checkpointEvery === 0;
    if ((isDue && trainer.step < run.lastStep) || run.isCheckpointDue()) void run.checkpoint();
    if (run.backlog !== undefined) await run.backlog;
    if (control.now() < turnEnds) continue;
    await control.yieldTurn();
    const reason = control.stopReason();
    if (reason !== undefined) return run.stop(reason);
    turnEnds = control.now() + TURN_SECONDS;
  }
  return run.complete();
}
