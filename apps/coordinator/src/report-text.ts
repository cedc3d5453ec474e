import { describeRates } from './describe-rates.ts';
import type { RunConfig } from '@lockstep/config';
import { classTable, describeModel } from '@lockstep/nn';
import { describeDisagreement, type NoticeOf, type Progress, type RunNotice } from '@lockstep/metrics';
import type { StandbyReason } from '@lockstep/protocol';
import { describeStandby } from '@lockstep/worker';
import { describeStandardisation } from './dataset.ts';
import {
  describeFailedCheckpoint,
  describeWorker,
  type MeterSource,
  type Reporter,
  type ReportTarget,
} from './reporter.ts';

const BAR_CELLS = 24;
/** Notices for standard error. */
const WARNINGS: ReadonlySet<RunNotice['type']> = new Set(['warning', 'disagreed', 'checkpoint-failed']);
/** Least milliseconds between two drawings of the progress line. */
const DRAW_EVERY_MS = 100;

/**
 * Text for people: on a terminal a progress line that is redrawn in place, elsewhere a line an epoch.
 */
export function textReporter(target: ReportTarget, meter: MeterSource): Reporter {
  const isTerminal = target.columns !== undefined;
  let workers: number | undefined;
  let isLineDrawn = false;
  let drawnAt = 0;
  let start: NoticeOf<'started'> | undefined;
  /** Each worker's reasons to stand by that were said: one that is fast enough at times may change several times a second. */
  const standbySaid = new Set<string>();

  const draw = (): void => {
    const now = performance.now();
    const progress = meter()?.progress();
    if (!isTerminal || progress === undefined || now - drawnAt < DRAW_EVERY_MS) return;
    drawnAt = now;
    isLineDrawn = true;
    target.out(`\r${progressLine(progress, workers).slice(0, (target.columns ?? 80) - 1)}\u001b[K`);
  };
  const clearLine = (): void => {
    if (isLineDrawn) target.out('\r\u001b[K');
    isLineDrawn = false;
  };

  return {
    notify(notice) {
      if (notice.type === 'step') return draw();
      if (notice.type === 'worker-joined' || notice.type === 'worker-left') workers = notice.workers;
      if (notice.type === 'started') start = notice;
      if (notice.type === 'worker-standby') {
        const said = `${notice.reason} ${notice.worker}`;
        if (standbySaid.has(said)) return;
        standbySaid.add(said);
      }
      const lines = describe(notice, target, start);
      if (lines.length === 0) return;
      clearLine();
      const isWarning = WARNINGS.has(notice.type);
      const write = isWarning ? target.err : target.out;
      for (const line of lines) write(`${line}\n`);
    },
  };
}

function progressLine(progress: Progress, workers: number | undefined): string {
  const share = progress.stepInEpoch / progress.stepsInEpoch;
  const filled = Math.round(share * BAR_CELLS);
  const parts = [
    `epoch ${progress.epoch}/${progress.epochCount}`,
    `${String(progress.stepInEpoch).padStart(String(progress.stepsInEpoch).length)}/${progress.stepsInEpoch}`,
    `[${'='.repeat(filled)}${' '.repeat(BAR_CELLS - filled)}]`,
    `ETA ${duration(progress.secondsLeft)}`,
    `${rate(progress.rowsPerSecond)}`,
    `loss ${progress.loss.toFixed(4)}`,
  ];
  if (workers !== undefined) parts.push(workers === 1 ? '1 worker' : `${workers} workers`);
  return parts.join('  ');
}

function describe(
  notice: RunNotice,
  target: ReportTarget,
  start: NoticeOf<'started'> | undefined,
): readonly string[] {
  const bold = (text: string): string => (target.hasColour ? `\u001b[1m${text}\u001b[22m` : text);
  const yellow = (text: string): string => (target.hasColour ? `\u001b[33m${text}\u001b[39m` : text);
  switch (notice.type) {
    case 'started':
      return describeStart(notice);
    case 'dry-run':
      return [
        `dry run, nothing is trained or written: ${notice.parameterCount.toLocaleString('en-US')} parameters, which take about ` +
          `${mebibytes(notice.coordinatorBytes)} here and ${mebibytes(notice.workerBytes)} of a worker`,
        `  first weights      ${notice.weightsSha256}`,
      ];
    case 'rates-tried':
      return describeRates(notice);
    case 'waiting':
      return [`waiting for workers (${notice.workers}/${notice.needed})`];
    case 'worker-joined':
    case 'worker-left':
      return [describeWorker(notice)];
    case 'worker-standby':
      return [describeStanding(notice)];
    case 'epoch':
      return [
        `epoch ${notice.epoch}: loss ${notice.loss.toFixed(4)}${describePart(notice, start)}${describeTest(notice)}, ` +
          `${rate(notice.samplesPerSecond)}, ${duration(notice.seconds)}`,
      ];
    case 'validated':
      return [
        `  validation at step ${notice.step}: ${describeAccuracy(notice.validationAccuracy)}` +
          `loss ${notice.validationLoss.toFixed(4)}${describeMetrics(notice.validationMetrics)}`,
      ];
    case 'steered':
      return [`step ${notice.step}: ${notice.text}`];
    case 'paused':
    case 'resumed':
      return [`${notice.type} by the ${notice.by}`];
    case 'warning':
      return [yellow(`warning: ${notice.text}`)];
    case 'disagreed':
      return [yellow(`warning: ${describeDisagreement(notice)}`)];
    case 'checkpoint-failed':
      return [yellow(`warning: ${describeFailedCheckpoint(notice)}`)];
    case 'stopped':
      return [`stopped at step ${notice.step} (${notice.reason}); ${describeStopped(notice)}`];
    case 'finished':
      return [
        describeSteps(notice, start),
        notice.testAccuracy === undefined
          ? `  test loss          ${bold(notice.testLoss.toFixed(4))}${describeMetrics(notice.testMetrics)}`
          : `  test accuracy      ${bold(percent(notice.testAccuracy))}  (test loss ${notice.testLoss.toFixed(4)}${describeMetrics(notice.testMetrics)})`,
        ...classTable(notice.classes, {
          target: start?.config.dataset.target,
          isWhole: isReportAsked(start),
        }),
        ...(notice.step === start?.step
          ? []
          : [`  samples per second ${Math.round(notice.samplesPerSecond).toLocaleString('en-US')}`]),
        `  checkpoint         ${describeLast(notice)}`,
        ...(notice.best === undefined ? [] : [`  best checkpoint    ${describeBest(notice.best)}`]),
        `  weights sha256     ${bold(notice.weightsSha256)}`,
        ...(notice.averageSha256 === undefined ? [] : [`  average sha256     ${bold(notice.averageSha256)}`]),
        ...(notice.disagreedAt === undefined
          ? []
          : [yellow(`  BITS DISAGREED     in step ${notice.disagreedAt}`)]),
      ];
    default:
      return [];
  }
}

/** Whether every class is to be shown, however many there are. */
const isReportAsked = (start: NoticeOf<'started'> | undefined): boolean =>
  start?.config.metrics?.some(({ type }) => type === 'class-report') ?? false;

/** Which steps the loss of an epoch is of that this start has not seen from its beginning. */
function describePart({ epoch, step }: NoticeOf<'epoch'>, start: NoticeOf<'started'> | undefined): string {
  if (start === undefined || start.step <= (epoch - 1) * start.stepsPerEpoch) return '';
  return ` (of its last ${step - start.step} steps, those of this start)`;
}

function describeSteps(
  { step, seconds }: NoticeOf<'finished'>,
  start: NoticeOf<'started'> | undefined,
): string {
  const before = start?.step ?? 0;
  if (before === step) return `finished: all ${step} steps were done before this start`;
  const part = before === 0 ? '' : ` (${step - before} of them in this start)`;
  return `finished ${step} steps in ${duration(seconds)}${part}`;
}

/** ", test accuracy 94.66 %, test loss 0.0485" */
const describeTest = ({ testAccuracy, testLoss, testMetrics }: NoticeOf<'epoch'>): string =>
  testLoss === undefined
    ? ''
    : `, ${describeAccuracy(testAccuracy, 'test ')}test loss ${testLoss.toFixed(4)}${describeMetrics(testMetrics)}`;

/** "test accuracy 94.66 %, "; nothing where rows have numbers. */
const describeAccuracy = (accuracy: number | undefined, of = ''): string =>
  accuracy === undefined ? '' : `${of}accuracy ${percent(accuracy)}, `;

/** ", f1 0.9466"; what is no number has its place among the lines for programs. */
const describeMetrics = (metrics: NoticeOf<'epoch'>['testMetrics'] = {}): string =>
  Object.entries(metrics)
    .map(([label, value]) => (typeof value === 'number' ? `, ${label} ${value.toFixed(4)}` : ''))
    .join('');

function describeStart(notice: NoticeOf<'started'>): readonly string[] {
  const { config } = notice;
  const from =
    notice.resumedFrom === undefined
      ? []
      : [
          notice.step < config.totalSteps
            ? `going on from ${notice.resumedFrom} at step ${notice.step}`
            : `this run is over: ${notice.resumedFrom} is at its last step, ${notice.step}; --max-steps or --epochs would move its end`,
        ];
  return [
    `run ${notice.run}: ${config.dataset.name}, ${config.dataset.trainRows.toLocaleString('en-US')} rows, ` +
      `network ${describeModel(config.model)}`,
    `  ${config.totalSteps} steps of ${config.batchSize} rows in leaves of ${config.leafRows}, learning rate ` +
      `${describeRate(config)}${describeAverage(config)}, seed ${config.seed}, ${notice.backend}, into ${notice.out}`,
    `  inputs standardised by ${describeStandardisation(config)}`,
    ...(config.freeze === undefined ? [] : [`  frozen: ${config.freeze.join(', ')}`]),
    ...from,
    ...(notice.initialWeights === undefined ? [] : [`starting from the weights of ${notice.initialWeights}`]),
  ];
}

/** Never a checkpoint that is not there. */
function describeStopped({ checkpoint, unsaved }: NoticeOf<'stopped'>): string {
  if (unsaved === undefined) return `checkpoint ${checkpoint}; go on with --resume auto`;
  if (checkpoint === null) return 'without a checkpoint';
  return `its weights are not where they belong, but in ${checkpoint}`;
}

const describeLast = ({ checkpoint, unsaved }: NoticeOf<'finished'>): string =>
  checkpoint === null ? 'none' : `${checkpoint}${unsaved === undefined ? '' : ' (not where it belongs)'}`;

/** "DIR/best.safetensors (step 300, loss 0.0213)" */
const describeBest = ({ file, step, monitor, figure }: NonNullable<NoticeOf<'finished'>['best']>): string =>
  `${file ?? 'not written'}  (step ${step}, validation ${monitor} ${figure.toFixed(4)})`;

/** The same words as the worker's own. */
function describeStanding({ worker, reason, neededMillis, stepMillis }: NoticeOf<'worker-standby'>): string {
  const [neededMicros, stepMicros] = [1000 * neededMillis, 1000 * stepMillis];
  return `${worker} stands by: ${describeStandby({ reason: reason as StandbyReason, neededMicros, stepMicros })}`;
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en-US')} MiB`;

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

const rate = (rowsPerSecond: number): string =>
  rowsPerSecond >= 1000
    ? `${(rowsPerSecond / 1000).toFixed(1)}k rows/s`
    : `${rowsPerSecond.toFixed(0)} rows/s`;

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const describeAverage = ({ ema }: RunConfig): string =>
  ema === undefined
    ? ''
    : `, judged by the moving average of its weights that keeps ${ema} of itself in a step`;

/** "0.05", "0.05 along cosine after a warm-up, by adam". */
function describeRate({ learningRate, schedule, optimizer }: RunConfig): string {
  const by = optimizer === undefined ? '' : `, by ${optimizer.type}`;
  if (schedule === undefined) return `${learningRate}${by}`;
  return `${learningRate} along ${schedule.type}${schedule.warmUp === undefined ? '' : ' after a warm-up'}${by}`;
}
