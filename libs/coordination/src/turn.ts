import type { CoordinationConfig } from './config.ts';
import type { Announcement, RunEffect } from './effects.ts';
import type { WorkerId } from './events.ts';
import type { Round, RunState, SpanState, Transition, WorkerState } from './state.ts';

/** One transition in the making: handlers replace `state` and add effects; what they were given stays as it was. */
export class Turn {
  private readonly effects: RunEffect[] = [];

  constructor(
    readonly config: CoordinationConfig,
    public state: RunState,
    /** Microseconds. */
    readonly now: number,
  ) {}

  emit(...effects: readonly RunEffect[]): void {
    this.effects.push(...effects);
  }

  announce(event: Announcement): void {
    this.emit({ type: 'announce', event });
  }

  update(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change };
  }

  worker(id: WorkerId): WorkerState | undefined {
    return this.state.workers.find((worker) => worker.id === id);
  }

  activeWorkers(): readonly WorkerState[] {
    return this.state.workers.filter((worker) => worker.isActive);
  }

  updateWorker(id: WorkerId, change: Partial<WorkerState>): void {
    const index = this.state.workers.findIndex((worker) => worker.id === id);
    if (index < 0) return;
    this.update({ workers: this.state.workers.with(index, { ...this.state.workers[index]!, ...change }) });
  }

  updateRound(change: Partial<Round>): void {
    if (this.state.round !== undefined) this.update({ round: { ...this.state.round, ...change } });
  }

  updateSpan(index: number, change: Partial<SpanState>): void {
    const spans = this.state.round?.spans;
    const old = spans?.[index];
    if (old !== undefined) this.updateRound({ spans: spans!.with(index, { ...old, ...change }) });
  }

  end(): Transition {
    return { state: this.state, effects: this.effects };
  }
}
