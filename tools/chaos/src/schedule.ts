/** Something to do that keeps so many tenths of a core busy. */
export interface Job {
  readonly load: number;
  run(): Promise<void>;
}

/**
 * Runs jobs side by side as far as `capacity` tenths of cores go, in their order where they fit. One that is larger than that
 * runs alone.
 * @param isOver asked before each start; jobs that were not started by then are left out
 */
export async function runJobs(jobs: readonly Job[], capacity: number, isOver: () => boolean): Promise<void> {
  const waiting = [...jobs];
  const running = new Set<Promise<void>>();
  let load = 0;
  while (waiting.length > 0 || running.size > 0) {
    const index = isOver() ? -1 : waiting.findIndex((job) => load === 0 || load + job.load <= capacity);
    const job = waiting[index];
    if (job === undefined) {
      if (running.size === 0) return;
      await Promise.race(running);
      continue;
    }
    waiting.splice(index, 1);
    load += job.load;
    const done: Promise<void> = job.run().finally(() => {
      load -= job.load;
      running.delete(done);
    });
    running.add(done);
  }
}
