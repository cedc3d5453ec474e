import type { Span } from '@lockstep/data';
import { Batch, overlap } from './batch.ts';
import { describeDisagreement } from '../disagreement.ts';
import type { Holder } from '../notice.ts';
import { EventLog, listed } from './event-log.ts';
import { describeHolders, describeRelease } from './holders.ts';
import { History } from './history.ts';
import type { Ending, EpochPoint, LivePicture, Phase, RunFacts, Standing } from './picture.ts';
import type { RunFact, RunRecord } from './record.ts';
import { Roster } from './roster.ts';
import type { RunMemory } from './run-memory.ts';
import { StepClock } from './step-clock.ts';
import { accuracyOf, describeScore } from './scores.ts';

type FactOf<Type extends RunFact['type']> = Extract<RunFact, { readonly type: Type }>;

/** Spans of a worker that left, until it is known who has them now. */
interface Departure {
  readonly text: string;
  readonly spans: readonly Span[];
  readonly heirs: Set<string>;
  readonly at: number;
}

/** Epochs remembered; when there are more, every second goes. */
const MOST_EPOCHS = 1000;
/** A step in which something happened is shown for so long. */
const NOTABLE_MS = 2500;
/** Steps below are replayed when they are over. */
const FAST_STEP_MS = 700;

/** Losses that a volunteer's page draws. */
const STANDING_LOSSES = 80;

/** What people watch of a run: folds the records of its journal, one by one, in bounded memory. */
export class RunView {
  readonly history = new History();
  readonly events = new EventLog();
  readonly epochs: EpochPoint[] = [];
  facts: RunFacts | undefined;
  readonly #roster = new Roster();
  readonly #clock = new StepClock();
  #phase: Phase = 'waiting';
  #heldBy: readonly Holder[] = [];
  #step = 0;
  #loss: number | null = null;
  #needed = 0;
  #batch: Batch | undefined;
  /** The step before, to be replayed; a notable one stays until it has been seen. */
  #done: { readonly batch: Batch; readonly at: number } | undefined;
  #ending: Ending | null = null;
  #disagreedAt: number | null = null;
  #departure: Departure | undefined;
  /** Leases of the step that is about to be announced. */
  #pendingLeases: { readonly worker: string; readonly span: Span; readonly at: number }[] = [];
  #rowsSinceSample = 0;
  #rowsPerSecond = 0;
  #sampledAt = 0;

  get phase(): Phase {
    return this.#phase;
  }

  apply(record: RunRecord): void {
    const { at } = record;
    if (this.#departure !== undefined && record.type !== 'lease') this.#tellDeparture();
    switch (record.type) {
      case 'started':
        return this.#onStarted(record, at);
      case 'worker-joined':
        return this.#onJoined(record, at);
      case 'worker-left':
        return this.#onLeft(record, at);
      case 'worker-entered': {
        const entry = this.#roster.find(record.worker);
        if (entry !== undefined) entry.isActive = true;
        return;
      }
      case 'waiting-for-workers':
        this.#needed = record.needed;
        this.#phase = 'waiting';
        this.#clock.interrupt();
        return;
      case 'step-started':
        return this.#onStepStarted(record, at);
      case 'lease':
        return this.#onLease(record, at);
      case 'verdict':
        return this.#onVerdict(record, at);
      case 'lease-expired':
        return this.#batch?.expire(record.span);
      case 'worker-struck':
        return this.#onStruck(record);
      case 'step':
        return this.#onStep(record, at);
      case 'epoch':
        return this.#onEpoch(record, at);
      case 'validated':
        return this.#onValidated(record, at);
      case 'steered':
        return this.events.add('run', record.step, at, record.text);
      case 'checkpoint':
        return this.events.add('checkpoint', record.step, at, `Checkpoint of step ${record.step} written`);
      case 'warning':
        return this.events.add('warning', this.#step, at, record.text);
      case 'disagreed':
        this.#disagreedAt = Math.min(this.#disagreedAt ?? record.step, record.step);
        return this.events.add('warning', record.step, at, describeDisagreement(record));
      case 'paused': {
        const text = describeHolders(this.#heldBy, record.heldBy);
        this.#phase = 'paused';
        this.#heldBy = record.heldBy;
        this.#clock.interrupt();
        return this.events.add('run', this.#step, at, text);
      }
      case 'resumed':
        this.#phase = 'training';
        this.#heldBy = [];
        return this.events.add('run', this.#step, at, describeRelease(record.by));
      case 'finished':
        return this.#onFinished(record, at);
      default:
        // Lines of other kinds, or of a later version.
        return record satisfies never;
    }
  }

  /** What changes all the time, as it is at `at`; rates are brought up to date. */
  live(at: number): LivePicture {
    this.#sampleRates(at);
    const batch = this.#batch;
    return {
      phase: this.#phase,
      heldBy: this.#heldBy,
      step: this.#step,
      loss: this.#loss,
      rowsPerSecond: Math.round(this.#rowsPerSecond),
      stepTime: this.#clock.mean(),
      workers: this.#roster.pictures((worker) => batch?.has(worker) ?? false, this.#ending !== null),
      seen: this.#roster.seen,
      needed: this.#needed,
      batch: this.#shownBatch()?.picture() ?? null,
      ending: this.#ending,
      disagreedAt: this.#disagreedAt,
    };
  }

  /** The part of the worker with that id, as it is at `at`; undefined when it is not there. */
  standingOf(worker: string, at: number): Standing | undefined {
    this.#sampleRates(at);
    const entry = this.#roster.find(worker);
    if (entry === undefined) return undefined;
    return {
      phase: this.#phase,
      step: this.#step,
      totalSteps: this.facts?.config.totalSteps ?? 0,
      loss: this.#loss,
      rows: entry.rows,
      runRows: this.#roster.totalRows(),
      rowsPerSecond: Math.round(entry.rowsPerSecond),
      rank: this.#roster.rankOf(entry),
      workers: this.#roster.size,
      recentLoss: this.history.recentLoss(STANDING_LOSSES),
      disagreedAt: this.#disagreedAt,
    };
  }

  /** All there is to see, to be kept beside the run; undefined before it has started. */
  remember(at: number): RunMemory | undefined {
    if (this.facts === undefined) return undefined;
    return {
      ...{ version: 1, savedAt: at, facts: this.facts },
      ...{ history: this.history.columns(), stride: this.history.stride, epochs: this.epochs },
      ...{ events: this.events.after(0), live: this.live(at) },
    };
  }

  /** Takes up what was seen of the run before, by a coordinator that is gone. */
  recall({ facts, history, stride, epochs, events, live }: RunMemory): void {
    this.facts = facts;
    this.history.recall(history, stride);
    this.epochs.splice(0, this.epochs.length, ...epochs);
    this.events.recall(events);
    this.#roster.recall(live.workers, live.seen);
    this.#phase = live.phase;
    this.#step = live.step;
    this.#loss = live.loss;
    this.#ending = live.ending;
    // Written before there was such a thing, it says nothing of it.
    this.#disagreedAt = live.disagreedAt ?? null;
  }

  #sampleRates(at: number): void {
    const seconds = this.#sampledAt === 0 ? 0 : (at - this.#sampledAt) / 1000;
    if (seconds < 0.2) return;
    this.#roster.sample(seconds);
    const rate = this.#rowsSinceSample / seconds;
    const weight = this.#rowsPerSecond === 0 ? 1 : Math.min(1, seconds / 2);
    this.#rowsPerSecond += weight * (rate - this.#rowsPerSecond);
    this.#rowsSinceSample = 0;
    this.#sampledAt = at;
  }

  #onStarted({ term, step, run, config, stepsPerEpoch, disagreedAt }: FactOf<'started'>, at: number): void {
    const isFirst = this.facts === undefined;
    this.facts = { run, term, config, stepsPerEpoch, startedAt: this.facts?.startedAt ?? at };
    this.history.cutAfter(step);
    while ((this.epochs.at(-1)?.step ?? 0) > step) this.epochs.pop();
    this.#roster.clear();
    this.#clock.interrupt();
    this.#phase = 'waiting';
    this.#heldBy = [];
    this.#step = step;
    this.#batch = undefined;
    this.#done = undefined;
    this.#ending = null;
    if (this.#disagreedAt !== null && this.#disagreedAt >= step) this.#disagreedAt = null;
    // Another folder's run, which this one goes on from, is in doubt too.
    if (disagreedAt !== undefined)
      this.#disagreedAt = Math.min(this.#disagreedAt ?? disagreedAt, disagreedAt);
    const text = isFirst ? `Run ${run} started` : `The coordinator was started again, at step ${step}`;
    this.events.add('run', step, at, text);
  }

  #onJoined(record: FactOf<'worker-joined'>, at: number): void {
    const { name, engine, threads } = this.#roster.join(record);
    const hands = threads > 1 ? `${engine}, ${threads} threads` : engine;
    this.events.add('joined', this.#step, at, `${name} joined (${hands})`);
  }

  #onLeft({ worker, reason }: FactOf<'worker-left'>, at: number): void {
    const entry = this.#roster.leave(worker);
    if (entry === undefined) return;
    const spans = this.#batch?.lose(worker, at) ?? [];
    this.#departure = { text: `${entry.name} left: ${reason}`, spans, heirs: new Set(), at };
    if (this.#roster.size === 0 && this.#phase === 'training') this.#phase = 'waiting';
  }

  #tellDeparture(): void {
    const { text, spans, heirs, at } = this.#departure!;
    this.#departure = undefined;
    const what = spans.length === 1 ? 'its span' : `its ${spans.length} spans`;
    const went = heirs.size === 0 ? '' : `; ${what} went to ${listed([...heirs])}`;
    this.events.add('left', this.#step, at, text + went);
  }

  #onStepStarted({ step, leafCount }: FactOf<'step-started'>, at: number): void {
    this.#clock.started(at);
    if (this.#sampledAt === 0) this.#sampledAt = at;
    if (this.#batch !== undefined && this.#batch.step < step) this.#keepDone(this.#batch, at);
    this.#step = step;
    if (this.#phase === 'waiting') this.#phase = 'training';
    // Leases of a step are sent before it is announced.
    if (this.#batch?.step !== step) this.#batch = new Batch(step, leafCount, at);
    this.#pendingLeases.forEach(({ worker, span, at: leasedAt }) => this.#takeLease(worker, span, leasedAt));
    this.#pendingLeases = [];
  }

  #keepDone(batch: Batch, at: number): void {
    batch.end(at);
    const kept = this.#done;
    if (kept?.batch.isNotable === true && !batch.isNotable && at - kept.at < NOTABLE_MS) return;
    this.#done = { batch, at };
  }

  /** Nobody sees what lasts a few milliseconds: fast steps are shown when they are over. */
  #shownBatch(): Batch | undefined {
    const { compute, wire, wait, reduce } = this.#clock.mean();
    const isFast = compute + wire + wait + reduce < FAST_STEP_MS;
    return this.#done !== undefined && (isFast || this.#ending !== null) ? this.#done.batch : this.#batch;
  }

  #onLease({ worker, step, span }: FactOf<'lease'>, at: number): void {
    if (this.#departure?.spans.some((lost) => overlap(lost, span)) === true) {
      this.#departure.heirs.add(this.#roster.nameOf(worker));
    }
    if (this.#batch?.step === step) this.#takeLease(worker, span, at);
    else this.#pendingLeases.push({ worker, span, at });
  }

  #takeLease(worker: string, span: Span, at: number): void {
    if (this.#phase === 'waiting') this.#phase = 'training';
    this.#batch!.lease(worker, span, at);
    this.#clock.leased(worker, at);
  }

  #onVerdict(record: FactOf<'verdict'>, at: number): void {
    const { worker, step, span, verdict, reason, rowCount = 0, computeMicros = 0 } = record;
    const entry = this.#roster.find(worker);
    if (entry !== undefined) entry.lastVerdict = reason === undefined ? verdict : `${verdict}: ${reason}`;
    if (verdict !== 'accepted') return;
    this.#roster.answered(worker, rowCount);
    if (this.#batch?.step !== step) return;
    this.#batch.cover(worker, span, at);
    const latency = this.#clock.accepted(worker, computeMicros / 1000, at);
    if (latency !== undefined) this.#roster.latency(worker, latency);
  }

  /** A warning says it to people. */
  #onStruck({ worker, strikes }: FactOf<'worker-struck'>): void {
    const entry = this.#roster.find(worker);
    if (entry !== undefined) entry.strikes = strikes;
  }

  #onStep({ step, rows, loss }: FactOf<'step'>, at: number): void {
    this.#step = step;
    this.#loss = loss;
    this.#rowsSinceSample += rows;
    this.history.add(step, rows, loss, at);
  }

  #keepEpoch(point: EpochPoint): void {
    if (this.epochs.length >= MOST_EPOCHS)
      this.epochs.splice(0, this.epochs.length, ...this.epochs.filter((_, i) => i % 2 === 1));
    this.epochs.push(point);
  }

  #onValidated({ step, loss, accuracy }: FactOf<'validated'>, at: number): void {
    const epoch = Number((step / (this.facts?.stepsPerEpoch ?? 1)).toFixed(2));
    const scores = { ...accuracyOf(accuracy), testLoss: loss, isValidation: true } as const;
    this.#keepEpoch({ epoch, step, at: Math.round(at), ...scores });
    this.events.add('epoch', step, at, `Validation: ${describeScore(loss, accuracy, 'rows held back')}`);
  }

  #onEpoch({ epoch, step, testLoss, testAccuracy }: FactOf<'epoch'>, at: number): void {
    this.#keepEpoch({ epoch, step, at: Math.round(at), ...accuracyOf(testAccuracy), testLoss });
    const score = describeScore(testLoss, testAccuracy, 'test rows');
    this.events.add('epoch', step, at, `Epoch ${epoch} done: ${score}`);
  }

  #onFinished(record: FactOf<'finished'>, at: number): void {
    const { step, reason = 'completed', weightsSha256, testAccuracy, seconds, unsaved } = record;
    this.#phase = ({ completed: 'finished', diverged: 'diverged', stopped: 'stopped' } as const)[reason];
    this.#step = step;
    const wasTold = this.#ending !== null;
    this.#ending = {
      ...this.#ending,
      ...{ step, at, weightsSha256 },
      ...(testAccuracy === undefined ? {} : { testAccuracy }),
      ...(seconds === undefined ? {} : { seconds }),
      ...(unsaved === undefined ? {} : { unsaved }),
    };
    this.#clock.interrupt();
    if (this.#batch?.step === step - 1) this.#keepDone(this.#batch, at);
    if (wasTold) return;
    const words = { completed: 'Finished', diverged: 'Diverged', stopped: 'Stopped' }[reason];
    this.events.add('run', step, at, `${words} at step ${step}`);
  }
}
