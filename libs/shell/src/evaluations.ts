import type { BestFigure, RunNotice } from '@lockstep/metrics';
import { endOf, metricLabel, monitorLabel, steered, type Evaluation, type SteeringSpec } from '@lockstep/nn';
import type { EvaluationRows, Evaluator } from './evaluator.ts';
import type { Trainer } from './trainer.ts';

/** Evaluations that may wait before training waits for them: each holds a copy of the weights. */
const MOST_WAITING = 4;

/** What is told of an epoch beside how its weights do. */
type EpochFacts = Omit<
  Extract<RunNotice, { type: 'epoch' }>,
  'type' | 'testLoss' | 'testAccuracy' | 'testMetrics'
>;

/** What evaluations need of a run. */
export interface EvaluationsSetup {
  readonly trainer: Trainer;
  readonly evaluator: Evaluator;
  notify(notice: RunNotice): void;
  /** The committed weights were judged better than all before them. */
  onBest(best: BestFigure): void;
  /** Draws how long an evaluation takes. */
  draw(work: Promise<unknown>): void;
}

/** Judges the weights of a run while it goes on, tells of it in order, and does what follows from it. */
export class Evaluations {
  readonly #setup: EvaluationsSetup;
  /** The newest one asked for. */
  #newest:
    | { readonly step: number; readonly rows: EvaluationRows; readonly result: Promise<Evaluation> }
    | undefined;
  /** Settles when all that were asked for were told about. */
  #told: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Settles when the evaluation is there that decides about the next step; nothing while none is asked for. */
  #decision: Promise<void> | undefined;

  constructor(setup: EvaluationsSetup) {
    this.#setup = setup;
  }

  /** Settles when all that were asked for were told about. */
  get told(): Promise<void> {
    return this.#told;
  }

  /** What to wait for before the next step: an evaluation that decides, or many where training is far ahead of them. */
  get backlog(): Promise<void> | undefined {
    return this.#decision ?? (this.#waiting > MOST_WAITING ? this.#told : undefined);
  }

  /** Why evaluations let the run end before its last step; nothing while they do not. */
  get earlyEnd(): string | undefined {
    const { config, steering } = this.#setup.trainer;
    return config.steering && endOf(config.steering, steering);
  }

  /** Of the committed weights, on the test rows. */
  test(): Promise<Evaluation> {
    return this.#evaluate('test');
  }

  /** An epoch is over. Where no rows are held back, its weights are judged on the test rows, and training goes on meanwhile. */
  onEpoch(facts: EpochFacts): void {
    const { trainer, notify } = this.#setup;
    if (trainer.config.validation !== undefined) {
      void this.#tell(() => Promise.resolve(notify({ type: 'epoch', ...facts })));
      return;
    }
    const evaluated = this.#evaluate('test');
    void this.#tell(async () => {
      const { accuracy, loss, metrics } = await evaluated;
      notify({ type: 'epoch', ...facts, testLoss: loss, testAccuracy: accuracy, ...testMetrics(metrics) });
    });
  }

  /** A step is committed. Where rows are held back, its weights may be due; training waits only where something follows from it. */
  onStep(): void {
    const { step, config } = this.#setup.trainer;
    if (config.validation !== undefined && step > 0 && step % config.validation.every === 0) this.#validate();
  }

  /**
   * Makes up for the evaluation of the step that the run goes on from, where that one decides and was not made before.
   * @returns nothing where there is none to wait for
   */
  catchUp(): Promise<void> | undefined {
    const { step, steering, config } = this.#setup.trainer;
    if (config.steering !== undefined && steering.step < step) this.onStep();
    return this.#decision;
  }

  #validate(): void {
    const { step, config } = this.#setup.trainer;
    const evaluated = this.#evaluate('validation');
    const told = this.#tell(async () => {
      const evaluation = await evaluated;
      const { accuracy, loss, metrics } = evaluation;
      const scores = { validationLoss: loss, validationAccuracy: accuracy };
      const others = Object.keys(metrics).length === 0 ? {} : { validationMetrics: metrics };
      this.#setup.notify({ type: 'validated', step, ...scores, ...others });
      if (config.steering !== undefined) this.#steer(config.steering, evaluation, step);
    });
    if (config.steering === undefined) return;
    const decision = told.finally(() => (this.#decision = undefined));
    // Whoever waits for it hears of a failure.
    decision.catch(() => undefined);
    this.#decision = decision;
  }

  #steer(spec: SteeringSpec, evaluation: Evaluation, step: number): void {
    const { trainer, notify, onBest } = this.#setup;
    const before = trainer.steering;
    trainer.steering = steered(spec, before, figureOf(evaluation, spec), step);
    const { rateFactor, kept } = trainer.steering;
    if (kept?.step === step) onBest({ ...kept, monitor: monitorLabel(spec) });
    if (rateFactor !== before.rateFactor) {
      notify({ type: 'steered', step, text: `the learning rate is ${rateFactor} of its schedule's` });
    }
    const { earlyEnd } = this;
    if (earlyEnd !== undefined) {
      notify({ type: 'steered', step, text: `the run ends early: ${earlyEnd}` });
    }
  }

  /** Tells of an evaluation after those asked for before it. */
  #tell(tell: () => Promise<void>): Promise<void> {
    this.#waiting++;
    const told = this.#told.then(async () => {
      await tell();
      this.#waiting--;
    });
    // A failure is thrown where the run waits for the epochs, which may be later.
    told.catch(() => undefined);
    this.#told = told;
    return told;
  }

  #evaluate(rows: EvaluationRows): Promise<Evaluation> {
    const { trainer, evaluator, draw } = this.#setup;
    const { step } = trainer;
    if (this.#newest?.step === step && this.#newest.rows === rows) return this.#newest.result;
    const result = evaluator.evaluate(trainer.judgedWeights, rows);
    // As an epoch's end: once one has failed, nobody waits for the next.
    result.catch(() => undefined);
    draw(result);
    this.#newest = { step, rows, result };
    return result;
  }
}

/** Where there are others than the accuracy. */
export const testMetrics = (
  metrics: Evaluation['metrics'],
): { readonly testMetrics?: Evaluation['metrics'] } =>
  Object.keys(metrics).length === 0 ? {} : { testMetrics: metrics };

/** The figure that is monitored. */
function figureOf({ loss, accuracy, metrics }: Evaluation, { monitor }: SteeringSpec): number {
  if (monitor === undefined) return loss;
  return monitor.type === 'accuracy' ? accuracy : Number(metrics[metricLabel(monitor)]);
}
