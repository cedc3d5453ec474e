/** One direction of the way between a machine and the coordinator's; all connections of the machine share it. */
export class Line {
  latencyMicros: number;
  /** On top of the latency, evenly distributed. */
  jitterMicros: number;
  bytesPerSecond: number;
  #blocks = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(conditions: Pick<Line, 'latencyMicros' | 'jitterMicros' | 'bytesPerSecond'>) {
    this.latencyMicros = conditions.latencyMicros;
    this.jitterMicros = conditions.jitterMicros;
    this.bytesPerSecond = conditions.bytesPerSecond;
  }

  /** A black hole: what enters vanishes, and is sent again when it is gone. */
  get isBlocked(): boolean {
    return this.#blocks > 0;
  }

  /** Black holes add up; each must be undone. */
  block(): void {
    this.#blocks++;
  }

  unblock(): void {
    this.#blocks--;
    if (this.isBlocked) return;
    for (const task of this.#waiting.splice(0)) task();
  }

  /** Calls `task` once the line is open again. */
  whenOpen(task: () => void): void {
    this.#waiting.push(task);
  }
}
