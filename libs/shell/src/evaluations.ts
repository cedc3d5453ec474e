import type { RunConfig } from '@lockstep/config';
import type { Dataset } from '@lockstep/data';
import type { BestFigure, RunNotice } from '@lockstep/metrics';
import {
  endOf,
  evaluationOf,
  evaluationParts,
  joinSums,
  judgedMetricsOf,
  metricLabel,
  monitorLabel,
  outputCountOf,
  steered,
  type Evaluation,
  type EvaluationPart,
  type EvaluationSums,
  type SteeringSpec,
} from '@lockstep/nn';
import { EvaluationJob, type Judge } from './evaluation-job.ts';
import type { Evaluator, JudgedRows } from './evaluator.ts';
import type { Trainer } from './trainer.ts';

/** Evaluations that may wait before training waits for them: each holds a copy of the weights. */
const MOST_WAITING = 4;

/** Parts that the evaluator is given at once; where others help, one by one. */
const PARTS_AT_ONCE = 4;

/** An evaluation that training waits for: whoever has its weights may judge parts of it. */
export interface LentEvaluation {
  readonly job: EvaluationJob;
  readonly step: number;
  /** The weights that are judged, where they are not those that `step` starts from. */
  readonly average?: Float32Array;
  readonly parts: readonly EvaluationPart[];
  /** What the network of `by` said of a part that it took: [rows, outputs]. */
  answer(part: number, outputs: Float32Array, by: Judge): void;
}

/** Those who judge beside the evaluator: only where training waits for it, so that they have nothing else to do. */
export interface EvaluationHelpers {
  lend(evaluation: LentEvaluation): void;
}

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
  /** Two answers of a part had different bits. */
  disagree(step: number, first: Judge, second: Judge): void;
  /** Draws how long an evaluation takes. */
  draw(work: Promise<unknown>): void;
}

/** Judges the weights of a run while it goes on, tells of it in order, and does what follows from it. */
export class Evaluations {
  readonly #setup: EvaluationsSetup;
  /** The newest one asked for. */
  #newest:
    | { readonly lent: LentEvaluation; readonly rows: JudgedRows; readonly result: Promise<Evaluation> }
    | undefined;
  /** Settles when the evaluator is done with what it was given. */
  #judging: Promise<void> = Promise.resolve();
  #helpers: EvaluationHelpers | undefined;
  /** Settles when all that were asked for were told about. */
  #told: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Whether the evaluator was once not done when the next evaluation was due: others are to help from then on. */
  #isSlow = false;
  /** Settles when the evaluation is there that decides about the next step; nothing while none is asked for. */
  #decision: Promise<void> | undefined;

  constructor(setup: EvaluationsSetup) {
    this.#setup = setup;
  }

  /** Settles when all that were asked for were told about. */
  get told(): Promise<void> {
    return this.#told;
  }

  /** From now on there are others who can judge. */
  helpedBy(helpers: EvaluationHelpers): void {
    this.#helpers = helpers;
  }

  /** What to wait for before the next step: an evaluation that decides, or many where training is far ahead of them. */
  get backlog(): Promise<void> | undefined {
    const most = this.#isSlow ? 0 : MOST_WAITING;
    return this.#decision ?? (this.#waiting > most ? this.#told : undefined);
  }

  /** Why evaluations let the run end before its last step; nothing while they do not. */
  get earlyEnd(): string | undefined {
    const { config, steering } = this.#setup.trainer;
    return config.steering && endOf(config.steering, steering);
  }

  /** Of the committed weights, on the test rows, for somebody who waits for it. */
  test(): Promise<Evaluation> {
    return this.#evaluate('test', true);
  }

  /** An epoch is over. Where no rows are held back, its weights are judged on the test rows, and training goes on meanwhile. */
  onEpoch(facts: EpochFacts): void {
    const { trainer, notify } = this.#setup;
    if (trainer.config.validation !== undefined) {
      void this.#tell(() => Promise.resolve(notify({ type: 'epoch', ...facts })));
      return;
    }
    const evaluated = this.#evaluate('test', this.#isBehind());
    void this.#tell(async () => {
      const { accuracy, loss, metrics } = await evaluated;
      notify({
        type: 'epoch',
        ...facts,
        testLoss: loss,
        ...testAccuracyOf(accuracy),
        ...testMetrics(metrics),
      });
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
    const evaluated = this.#evaluate('validation', config.steering !== undefined || this.#isBehind());
    const told = this.#tell(async () => {
      const evaluation = await evaluated;
      const { accuracy, loss, metrics } = evaluation;
      const scores = {
        validationLoss: loss,
        ...(accuracy !== undefined && { validationAccuracy: accuracy }),
      };
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

  /** Whether training is to wait for the evaluation that is asked for next. */
  #isBehind(): boolean {
    this.#isSlow ||= this.#helpers !== undefined && this.#waiting > 0;
    return this.#isSlow;
  }

  /** @param isAwaited whether training stands still until it is there */
  #evaluate(rows: JudgedRows, isAwaited: boolean): Promise<Evaluation> {
    const { trainer, draw } = this.#setup;
    const { step } = trainer;
    if (this.#newest?.lent.step !== step || this.#newest.rows !== rows) {
      const lent = this.#begin(rows);
      const result = lent.job.done.then((sums) => this.#resultOf(sums, rows));
      // As an epoch's end: once one has failed, nobody waits for the next.
      result.catch(() => undefined);
      draw(result);
      this.#newest = { lent, rows, result };
    }
    const { lent, result } = this.#newest;
    if (isAwaited && !lent.job.isDone) this.#helpers?.lend(lent);
    return result;
  }

  #begin(rows: JudgedRows): LentEvaluation {
    const { trainer, evaluator } = this.#setup;
    const { step, config } = trainer;
    const judged = trainer.judgedWeights;
    const weights = judged.slice();
    const parts = evaluationParts(this.#datasetOf(rows), config.leafRows);
    const job = new EvaluationJob(parts.length);
    const lent: LentEvaluation = {
      ...{ job, step, parts },
      ...(judged !== trainer.weights && { average: judged.slice() }),
      answer: (part, outputs, by) => {
        evaluator.judge(rows, part, outputs).then(
          (sums) => this.#take(lent, part, sums, by),
          (error: unknown) => job.fail(error as Error),
        );
      },
    };
    this.#judging = this.#judging
      .then(() => this.#judge(lent, weights, rows))
      .catch((error: unknown) => job.fail(error as Error));
    return lent;
  }

  /** Has the evaluator judge what others do not. */
  async #judge(lent: LentEvaluation, weights: Float32Array<ArrayBuffer>, rows: JudgedRows): Promise<void> {
    const { evaluator } = this.#setup;
    const { job } = lent;
    if (job.isDone) return;
    evaluator.begin(weights, rows);
    while (!job.isDone) {
      const parts = job.takeFirst(COORDINATOR, this.#helpers === undefined ? PARTS_AT_ONCE : 1);
      const sums = await evaluator.evaluate(parts);
      parts.forEach((part, index) => this.#take(lent, part, sums[index]!, COORDINATOR));
    }
  }

  #take({ job, step }: LentEvaluation, part: number, sums: EvaluationSums, by: Judge): void {
    const other = job.answer(part, sums, by);
    if (other !== undefined) this.#setup.disagree(step, other, by);
  }

  #resultOf(sums: readonly EvaluationSums[], rows: JudgedRows): Evaluation {
    const { config } = this.#setup.trainer;
    const { model, leafRows, dataset } = config;
    const metrics = judgedMetricsOf(config);
    const judged = { width: outputCountOf(model), loss: model.loss, leafRows, metrics, ...targetOf(dataset) };
    return evaluationOf(joinSums(sums, metrics, dataset.target), judged, this.#datasetOf(rows));
  }

  #datasetOf(rows: JudgedRows): Dataset {
    const { test, validation } = this.#setup.trainer.data;
    return rows === 'test' ? test : validation!;
  }
}

const targetOf = ({ target }: RunConfig['dataset']): Pick<RunConfig['dataset'], 'target'> =>
  target === undefined ? {} : { target };

const COORDINATOR: Judge = { name: 'the coordinator' };

/** Where rows have a class or labels. */
export const testAccuracyOf = (testAccuracy: number | undefined): { readonly testAccuracy?: number } =>
  testAccuracy === undefined ? {} : { testAccuracy };

/** Where there are others than the accuracy. */
export const testMetrics = (
  metrics: Evaluation['metrics'],
): { readonly testMetrics?: Evaluation['metrics'] } =>
  Object.keys(metrics).length === 0 ? {} : { testMetrics: metrics };

/** The figure that is monitored. */
function figureOf({ loss, accuracy, metrics }: Evaluation, { monitor }: SteeringSpec): number {
  if (monitor === undefined) return loss;
  return monitor.type === 'accuracy' ? Number(accuracy) : Number(metrics[metricLabel(monitor)]);
}
