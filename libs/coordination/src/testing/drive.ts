import type { Span } from '@lockstep/data';
import { coordinationDefaults, rowCountOfSpan } from '../config.ts';
import type { CoordinationConfig } from '../config.ts';
import type { Announcement } from '../events/announcements.ts';
import type { RunEffect } from '../events/effects.ts';
import type { EventOf, RunEvent, WorkerId } from '../events/events.ts';
import type { RunState, Transition } from '../state.ts';
import { begin, transition } from '../transition.ts';

/** 8 leaves of 8 rows a step, 4 steps, whoever comes. */
export const smallRun: CoordinationConfig = {
  ...coordinationDefaults,
  term: 7,
  firstStep: 0,
  totalSteps: 4,
  minWorkers: 1,
  maxWorkers: 100,
  trainRows: 256,
  batchSize: 64,
  leafRows: 8,
  checkpointEvery: 0,
  weightsBytes: 4000,
  rowBytes: 10,
};

type EffectOf<Type extends RunEffect['type']> = Extract<RunEffect, { readonly type: Type }>;
type AnnouncementOf<Kind extends Announcement['kind']> = Extract<Announcement, { readonly kind: Kind }>;
/** An event without its time. */
type Happening = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, 'now'> : never) : never;

/** What every honest contribution has: here all spans have the same sum. */
export const honestDigest = 'd1';

/** A run whose events a test plays by hand. Every state is frozen, so a transition that changed one would throw. */
export class Drive {
  readonly config: CoordinationConfig;
  state: RunState;
  /** Of the newest event. */
  effects: readonly RunEffect[];
  now = 1_000_000;
  /** Whoever does not send heartbeats while time passes. */
  readonly silent = new Set<WorkerId>();

  constructor(change: Partial<CoordinationConfig> = {}) {
    this.config = { ...smallRun, ...change };
    const first = begin(this.config);
    this.state = deepFreeze(first.state);
    this.effects = first.effects;
  }

  happen(happening: Happening): readonly RunEffect[] {
    const event = { ...happening, now: this.now } as RunEvent;
    const next: Transition = transition(this.config, this.state, event);
    this.state = deepFreeze(next.state);
    this.effects = next.effects;
    return this.effects;
  }

  join(...workers: readonly WorkerId[]): readonly RunEffect[] {
    return workers.flatMap((worker) =>
      this.happen({ type: 'worker-joined', worker, name: `name of ${worker}`, beatsAtWork: true }),
    );
  }

  leave(worker: WorkerId): readonly RunEffect[] {
    return this.happen({ type: 'worker-left', worker, reason: 'closed' });
  }

  /** An honest answer, unless `change` says otherwise. */
  contribute(
    worker: WorkerId,
    span: Span,
    change: Partial<EventOf<'contribution-received'>> = {},
  ): readonly RunEffect[] {
    const step = change.step ?? this.state.step;
    const rowCount = rowCountOfSpan(this.config, step, span);
    return this.happen({
      type: 'contribution-received',
      worker,
      term: this.config.term,
      step,
      span,
      rowCount,
      check: 'ok',
      digest: honestDigest,
      computeMicros: 100,
      ...change,
    } satisfies Happening);
  }

  /**
   * Time passes, with ticks and the workers' heartbeats as often as they come; the last tick is at its end.
   * @returns the effects of all of it
   */
  pass(micros: number): readonly RunEffect[] {
    const end = this.now + micros;
    const effects: RunEffect[] = [];
    while (this.now < end) {
      this.now = Math.min(this.now + this.config.tickMicros, end);
      for (const { id, weightsStep } of this.state.workers) {
        if (!this.silent.has(id)) effects.push(...this.heartbeat(id, weightsStep, 0));
      }
      effects.push(...this.happen({ type: 'tick' }));
    }
    this.effects = effects;
    return effects;
  }

  heartbeat(worker: WorkerId, step: number, rowsDone: number): readonly RunEffect[] {
    return this.happen({ type: 'heartbeat-received', worker, step: Math.max(step, 0), rowsDone });
  }

  commit(): readonly RunEffect[] {
    return this.happen({ type: 'step-committed', step: this.state.step, checksum: 'c0ffee' });
  }

  /** Everybody answers what it holds, in the order of the spans, and the step is committed. */
  finishStep(): readonly RunEffect[] {
    for (const { worker, span } of this.outstanding()) {
      this.now += 1000;
      if (this.state.round?.isCommitting === false) this.contribute(worker, span);
    }
    return this.commit();
  }

  /** Who has to answer what. */
  outstanding(): readonly { readonly worker: WorkerId; readonly span: Span }[] {
    return (this.state.round?.spans ?? []).flatMap(({ span, leases }) =>
      leases
        .filter((lease) => lease.status === 'held' || lease.status === 'overdue')
        .map(({ worker }) => ({ worker, span })),
    );
  }

  /** What is computed only to be compared. */
  rechecks(): readonly { readonly worker: WorkerId; readonly step: number; readonly span: Span }[] {
    return this.state.rechecks.map(({ worker, step, span }) => ({ worker, step, span }));
  }

  /** What `worker` has to answer. */
  spansOf(worker: WorkerId): readonly Span[] {
    return this.outstanding().flatMap((held) => (held.worker === worker ? [held.span] : []));
  }

  of<Type extends RunEffect['type']>(type: Type): readonly EffectOf<Type>[] {
    return this.effects.filter((effect): effect is EffectOf<Type> => effect.type === type);
  }

  announced<Kind extends Announcement['kind']>(kind: Kind): readonly AnnouncementOf<Kind>[] {
    return this.of('announce')
      .map((effect) => effect.event)
      .filter((event): event is AnnouncementOf<Kind> => event.kind === kind);
  }

  /** The newest event's verdicts: the verdict, or the reason of an invalid one. */
  verdicts(): readonly string[] {
    return this.of('verdict').map(({ verdict, reason }) => reason ?? verdict);
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
