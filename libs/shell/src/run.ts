import { encodeCheckpoint, type CheckpointReason } from '@lockstep/checkpoint';
import { RunMeter, type Section, type Timeline } from '@lockstep/metrics';
import type { Evaluation } from '@lockstep/nn';
import type { SpanSum } from '@lockstep/worker';
import { BestCheckpoint } from './best-checkpoint.ts';
import { Evaluations, testAccuracyOf, testMetrics, type EvaluationHelpers } from './evaluations.ts';
import { saveLast, type LastCheckpoint, type LastResort } from './last-checkpoint.ts';
import type { RunEnd, RunSetup } from './run-setup.ts';
import type { Trainer } from './trainer.ts';
import { watchedLoss } from './watched-loss.ts';

/** Checkpoints that may wait for a slow disk; each holds a copy of the weights. */
const MOST_WRITES_WAITING = 2;

/** Nowhere else, and nobody who waits. */
const NO_LAST_RESORT: LastResort = { spares: [], sleep: () => Promise.resolve(), hurry: Promise.resolve() };

/** What a run does at each committed step and at its end, whoever computes the gradients. */
export class Run {
  readonly trainer: Trainer;
  readonly term: number;
  readonly meter: RunMeter;
  readonly #setup: RunSetup;
  readonly #evaluations: Evaluations;
  readonly #best: BestCheckpoint;
  readonly #watchLoss: (loss: number) => void;
  #writes: Promise<unknown> = Promise.resolve();
  #writesWaiting = 0;
  #failures = 0;
  #disagreedAt: number | undefined;
  /** When the newest checkpoint was taken, in seconds. */
  #checkpointAt = 0;
  /** When the step in flight began, in microseconds; only where a timeline is drawn. */
  #stepAt = 0;
  #newest: { readonly step: number; readonly file: Promise<string | undefined> } | undefined;

  constructor(setup: RunSetup) {
    this.#setup = setup;
    this.trainer = setup.trainer;
    this.term = setup.term;
    this.#disagreedAt = setup.disagreedAt;
    this.#evaluations = new Evaluations({
      ...{ trainer: setup.trainer, evaluator: setup.evaluator, notify: setup.notify },
      draw: (work) => this.#drawWhenDone('evaluate', work),
      disagree: (step, first, second) => {
        this.disagree(step);
        setup.notify({ type: 'disagreed', step, first: first.name, second: second.name });
      },
      onBest: (best) => {
        this.#best.take(this.#encode('best'), best);
        // Before any checkpoint that says that it was the best.
        this.#writes = this.#writes.then(() => this.#best.flush());
      },
    });
    const { checkpoints, notify } = setup;
    this.#best = new BestCheckpoint({
      save: (bytes) =>
        checkpoints.saveBest?.(bytes) ?? Promise.reject(new Error(`${checkpoints.place} takes none`)),
      ...{ notify, file: checkpoints.best, fail: (step, error) => void this.#fail(step, error) },
    });
    this.#watchLoss = watchedLoss(setup.trainer, notify);
    const { step: firstStep, config, stepsPerEpoch } = setup.trainer;
    this.meter = new RunMeter({ firstStep, totalSteps: config.totalSteps, stepsPerEpoch });
  }

  /** The first step begins: from here on the time counts. */
  begin(): void {
    this.meter.begin(this.#setup.now());
    if (this.timeline !== undefined) this.#stepAt = this.#micros();
    this.#checkpointAt = this.#setup.now();
  }

  get timeline(): Timeline | undefined {
    return this.#setup.timeline;
  }

  /** Does `work`, and draws how long it took. */
  timed<Result>(section: Section, work: () => Result): Result {
    if (this.timeline === undefined) return work();
    const { step } = this.trainer;
    const begin = this.#micros();
    const result = work();
    this.timeline.section(section, step, begin, this.#micros());
    return result;
  }

  /** From now on there are others who can judge weights that this waits for. */
  helpedBy(helpers: EvaluationHelpers): void {
    this.#evaluations.helpedBy(helpers);
  }

  /** Two computations of one span of `step` gave different bits: what follows from it may be wrong. */
  disagree(step: number): void {
    this.#disagreedAt = Math.min(this.#disagreedAt ?? step, step);
  }

  /** The first step in which that happened, also in a start before this one; undefined where it did not. */
  get disagreedAt(): number | undefined {
    return this.#disagreedAt;
  }

  /** Whether so much time has passed since the last checkpoint that another is due, at the step just committed. */
  isCheckpointDue(): boolean {
    const { checkpointSeconds = 0, now } = this.#setup;
    const { step, config } = this.trainer;
    if (checkpointSeconds === 0 || step === this.#newest?.step || step === config.totalSteps) return false;
    return now() - this.#checkpointAt >= checkpointSeconds;
  }

  /** Takes the step whose sums these are, and tells about it. @returns false when the run has diverged */
  commit(sum: SpanSum): boolean {
    const { trainer } = this;
    const rows = trainer.sampler.rowCountOfStep(trainer.step);
    const loss = sum.lossSum / trainer.weightSumOfStep(trainer.step);
    if (!this.timed('update', () => trainer.commit(sum))) return false;
    if (this.timeline !== undefined) this.#drawStep(this.timeline);
    this.meter.onStep(trainer.step, rows, loss, this.#setup.now());
    this.#setup.notify({ type: 'step', step: trainer.step, rows, loss });
    this.#watchLoss(loss);
    if (trainer.step % trainer.stepsPerEpoch === 0) this.#finishEpoch();
    this.#evaluations.onStep();
    return true;
  }

  /**
   * Writes a checkpoint of the weights as they are now. A failure is told and counted, and training goes on: the last good
   * checkpoint is kept. @returns the file, or undefined when it could not be written
   */
  checkpoint(): Promise<string | undefined> {
    if (this.#newest?.step === this.trainer.step) return this.#newest.file;
    if (this.#writesWaiting >= MOST_WRITES_WAITING) {
      this.#fail(
        this.trainer.step,
        'the disk is still at the ones before; use a faster one, or fewer checkpoints',
      );
      return Promise.resolve(undefined);
    }
    return this.#write();
  }

  /**
   * Makes up for the evaluation of the step that the run goes on from, where that one decides and was not made before.
   * @returns nothing where there is none to wait for
   */
  catchUp(): Promise<void> | undefined {
    return this.#evaluations.catchUp();
  }

  /** Why evaluations let the run end before its last step; nothing while they do not. */
  get earlyEnd(): string | undefined {
    return this.#evaluations.earlyEnd;
  }

  /** Where it ends, as far as is known now. */
  get lastStep(): number {
    const { step, config } = this.trainer;
    return this.earlyEnd === undefined ? config.totalSteps : step;
  }

  /** What to wait for before the next step: an evaluation that decides, or many where training is far ahead of them. */
  get backlog(): Promise<void> | undefined {
    return this.#evaluations.backlog;
  }

  /** Goes on when there is nothing to wait for, also where the run was held meanwhile and let go before its evaluation was done. */
  afterBacklog(goOn: () => void, fail: (error: Error) => void): void {
    const { backlog } = this;
    if (backlog === undefined) goOn();
    else backlog.then(goOn, fail);
  }

  async complete(): Promise<RunEnd> {
    const now = this.#setup.now();
    const figures = {
      seconds: round(this.meter.seconds(now), 3),
      samplesPerSecond: round(this.meter.samplesPerSecond(now), 1),
      stepMillis: round(this.meter.medianStepSeconds() * 1000, 3),
    };
    const identities = this.#identities();
    // The weights are kept whatever becomes of their evaluation.
    const saving = this.#writeLast(undefined, 'finished');
    let evaluation: Evaluation;
    try {
      const tested = this.#evaluations.test();
      await this.#evaluations.told;
      evaluation = await tested;
    } finally {
      await saving;
    }
    const { accuracy, loss, classes, metrics } = evaluation;
    const last = await saving;
    await this.#best.flush();
    const accuracies = { ...testAccuracyOf(accuracy), testLoss: loss, classes, ...testMetrics(metrics) };
    const doubt = this.#disagreedAt === undefined ? {} : { disagreedAt: this.#disagreedAt };
    this.#setup.notify({
      type: 'finished',
      ...identities,
      ...accuracies,
      ...figures,
      ...last,
      ...doubt,
      ...this.#best.ofAll(this.trainer),
    });
    return { type: 'completed', ...identities, ...last };
  }

  /** The step after the committed ones gave numbers that are not finite; the weights before it are kept. */
  async diverge(): Promise<RunEnd> {
    const { step } = this.trainer;
    const last = await this.#endWith('diverged');
    this.#setup.notify({ type: 'diverged', step, ...last });
    return { type: 'diverged', ...this.#identities(), ...last };
  }

  async stop(reason: string): Promise<RunEnd> {
    const { step } = this.trainer;
    const last = await this.#endWith('interrupted');
    this.#setup.notify({ type: 'stopped', step, reason, ...last });
    return { type: 'stopped', ...this.#identities(), ...last };
  }

  /** What is the same whoever computed the run. */
  #identities(): Pick<RunEnd, 'step' | 'weightsSha256' | 'averageSha256'> {
    const { trainer } = this;
    const averageSha256 = trainer.averageSha256();
    return {
      step: trainer.step,
      weightsSha256: trainer.weightsSha256(),
      ...(averageSha256 !== undefined && { averageSha256 }),
    };
  }

  async #endWith(reason: 'diverged' | 'interrupted'): Promise<LastCheckpoint> {
    const saving = this.#writeLast(this.trainer.step, reason);
    await this.#evaluations.told.finally(() => saving);
    await this.#best.flush();
    return saving;
  }

  /** Training goes on while the weights of the epoch's end are evaluated. */
  #finishEpoch(): void {
    const { trainer } = this;
    const now = this.#setup.now();
    const facts = {
      epoch: trainer.step / trainer.stepsPerEpoch,
      step: trainer.step,
      loss: this.meter.progress().loss,
      seconds: round(this.meter.seconds(now), 3),
      samplesPerSecond: round(this.meter.samplesPerSecond(now), 1),
    };
    this.#evaluations.onEpoch(facts);
  }

  /** The checkpoint of the run's end, after those that are being written: no word too much is promised of it. */
  #writeLast(fileStep: number | undefined, reason: CheckpointReason): Promise<LastCheckpoint> {
    const { checkpoints: store, lastResort = NO_LAST_RESORT, notify } = this.#setup;
    const { step } = this.trainer;
    const bytes = this.#encode(reason);
    const saving = this.#writes.then(() =>
      saveLast({
        ...{ step, store, lastResort, notify, isInterrupted: reason === 'interrupted' },
        write: (place) => place.save(fileStep, bytes),
        countFailure: () => ++this.#failures,
      }),
    );
    this.#drawWhenDone('checkpoint', saving);
    return saving.then((last) => {
      const { checkpoint: file, unsaved } = last;
      if (unsaved === undefined && file !== null) notify({ type: 'checkpoint', step, file });
      return last;
    });
  }

  #encode(reason: CheckpointReason): Uint8Array {
    const { term, trainer } = this;
    const { step, config, weights, layout, steering, average, optimizerState: optimizer } = trainer;
    const { runId } = this.#setup;
    const owner = runId === undefined ? {} : { run: runId };
    const at = this.#disagreedAt;
    // The weights before the step in which bits disagreed follow from none that did.
    const doubt = at === undefined || at >= step ? {} : { disagreedAt: at };
    const decided = config.steering === undefined ? {} : { steering };
    const facts = { step, term, reason, ...owner, ...doubt, ...decided };
    const state = {
      ...(optimizer !== undefined && { optimizer }),
      ...(average !== undefined && { average: average.values }),
    };
    return encodeCheckpoint({ weights, slots: layout.slots, ...state, ...facts, config });
  }

  /** Encodes now, so that later steps cannot change what is written; writes one file after the other. */
  #write(): Promise<string | undefined> {
    const { checkpoints, notify } = this.#setup;
    const { step } = this.trainer;
    const bytes = this.#encode('interval');
    this.#checkpointAt = this.#setup.now();
    this.#writesWaiting++;
    const write = this.#writes.then(async () => {
      if (this.#best.isWaiting) await this.#best.flush();
      try {
        const file = await checkpoints.save(step, bytes);
        notify({ type: 'checkpoint', step, file });
        return file;
      } catch (error) {
        return this.#fail(step, (error as Error).message);
      } finally {
        this.#writesWaiting--;
      }
    });
    this.#drawWhenDone('checkpoint', write);
    this.#writes = write;
    this.#newest = { step, file: write };
    return write;
  }

  #micros(): number {
    return Math.round(this.#setup.now() * 1e6);
  }

  /** The step that was just committed: from one commit to the next. */
  #drawStep(timeline: Timeline): void {
    const step = this.trainer.step - 1;
    const now = this.#micros();
    timeline.section('step', step, this.#stepAt, now);
    timeline.forget(step);
    this.#stepAt = now;
  }

  /** Draws what goes on beside the steps, from now until it is settled. */
  #drawWhenDone(section: Section, work: Promise<unknown>): void {
    const { timeline } = this;
    if (timeline === undefined) return;
    const { step } = this.trainer;
    const begin = this.#micros();
    const draw = (): void => timeline.section(section, step, begin, this.#micros());
    work.then(draw, draw);
  }

  #fail(step: number, error: string): undefined {
    this.#setup.notify({ type: 'checkpoint-failed', step, failures: ++this.#failures, error });
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
