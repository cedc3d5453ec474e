import type { Announcement } from './events/announcements.ts';
import type { CoordinationConfig } from './config.ts';
import type { RunEffect } from './events/effects.ts';
import type { WorkerId } from './events/events.ts';
import type { Round, RunState, SpanState, Transition, WorkerState } from './state.ts';

/**
 * One transition in the making: handlers replace `state` and add effects; what they were given stays as it was. The lists of
 * workers and spans are copied once a turn, however many of their entries change.
 */
export class Turn {
  private readonly effects: RunEffect[] = [];
  private ownWorkers: WorkerState[] = [];
  private ownSpans: SpanState[] = [];
  private newestIndex = -1;

  constructor(
    readonly config: CoordinationConfig,
    public state: RunState,
    /** Microseconds. */
    readonly now: number,
  ) {}

  emit(effect: RunEffect): void {
    this.effects.push(effect);
  }

  announce(event: Announcement): void {
    this.effects.push({ type: 'announce', event });
  }

  update(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change };
  }

  worker(id: WorkerId): WorkerState | undefined {
    return this.state.workers[this.indexOf(id)];
  }

  /** Most questions of a turn are about the same worker: the newest place found is looked at first. */
  private indexOf(id: WorkerId): number {
    const { workers } = this.state;
    if (workers[this.newestIndex]?.id !== id) {
      this.newestIndex = workers.findIndex((worker) => worker.id === id);
    }
    return this.newestIndex;
  }

  activeWorkers(): readonly WorkerState[] {
    return this.state.workers.filter((worker) => worker.isActive);
  }

  updateWorker(id: WorkerId, change: Partial<WorkerState>): void {
    const index = this.indexOf(id);
    if (index < 0) return;
    if (this.ownWorkers !== this.state.workers) {
      this.ownWorkers = [...this.state.workers];
      this.update({ workers: this.ownWorkers });
    }
    this.ownWorkers[index] = { ...this.ownWorkers[index]!, ...change };
  }

  /** The same change for many, in one pass. */
  updateWorkers(ids: ReadonlySet<WorkerId>, change: Partial<WorkerState>): void {
    const workers = this.state.workers.map((worker) =>
      ids.has(worker.id) ? { ...worker, ...change } : worker,
    );
    this.update({ workers });
  }

  updateRound(change: Partial<Round>): void {
    if (this.state.round !== undefined) this.update({ round: { ...this.state.round, ...change } });
  }

  updateSpan(index: number, change: Partial<SpanState>): void {
    const spans = this.state.round?.spans;
    if (spans?.[index] === undefined) return;
    if (this.ownSpans !== spans) {
      this.ownSpans = [...spans];
      this.updateRound({ spans: this.ownSpans });
    }
    this.ownSpans[index] = { ...this.ownSpans[index]!, ...change };
  }

  end(): Transition {
    return { state: this.state, effects: this.effects };
  }
}
