import type { LivePicture, RunNotice } from '@lockstep/metrics';
import type { JournalSink } from '@lockstep/shell';
import type { ByteCount } from './byte-count.ts';
import { Histogram } from './histogram.ts';
import { processMetrics } from './process-metrics.ts';
import { prometheusText, type Metric, type MetricType, type Sample } from './prometheus-text.ts';

/** Bounds of the buckets for seconds of a step. */
const STEP_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const PHASES = ['waiting', 'training', 'paused', 'finished', 'diverged', 'stopped'] as const;
const WORKER_STATES = ['lobby', 'computing', 'standby'] as const;

/** What is only looked at when somebody asks. */
export interface MetricSources {
  readonly run: string;
  readonly totalSteps: number;
  live(): Pick<LivePicture, 'phase' | 'step' | 'loss' | 'workers'>;
  /** Everyone turned away so far. */
  refusals(): readonly { readonly name: string; readonly code: number; readonly count: number }[];
  bytes(): ByteCount;
  viewerCount(): number;
}

/** How a run does on rows that it does not learn from. */
interface Judgement {
  readonly loss: number;
  /** Nothing where rows have numbers. */
  readonly accuracy: number | undefined;
}

/**
 * What a monitoring system is told of a run. Nothing is labelled by worker: volunteers come and go without end, and each label would
 * be a series for ever.
 */
export class RunMetrics {
  readonly #stepSeconds = new Histogram(STEP_SECONDS);
  readonly #verdicts = new Map<string, number>();
  /** Of the newest step, in milliseconds of a monotonic clock; undefined before the first, and after a rest. */
  #stepAt: number | undefined;
  #steps = 0;
  #rows = 0;
  #joins = 0;
  #leaves = 0;
  #checkpoints = 0;
  #checkpointFailures = 0;
  #checkpointStep: number | undefined;
  #checkpointAt: number | undefined;
  #lostLines = 0;
  #test: Judgement | undefined;
  #validation: Judgement | undefined;

  /** Hears what happens. @param now milliseconds of a monotonic clock */
  note(notice: RunNotice, now: number): void {
    switch (notice.type) {
      case 'step':
        this.#steps++;
        this.#rows += notice.rows;
        if (this.#stepAt !== undefined) this.#stepSeconds.observe((now - this.#stepAt) / 1000);
        this.#stepAt = now;
        return;
      case 'waiting':
      case 'paused':
        this.#stepAt = undefined;
        return;
      case 'worker-joined':
        this.#joins++;
        return;
      case 'worker-left':
        this.#leaves++;
        return;
      case 'epoch':
        if (notice.testLoss === undefined) return;
        this.#test = { loss: notice.testLoss, accuracy: notice.testAccuracy };
        return;
      case 'finished':
        this.#test = { loss: notice.testLoss, accuracy: notice.testAccuracy };
        return;
      case 'validated':
        this.#validation = { loss: notice.validationLoss, accuracy: notice.validationAccuracy };
        return;
      case 'checkpoint':
        this.#checkpoints++;
        this.#checkpointStep = notice.step;
        this.#checkpointAt = Date.now() / 1000;
        return;
      case 'checkpoint-failed':
        this.#checkpointFailures++;
        return;
      default:
      // Nothing to count.
    }
  }

  /** So many lines of the journal are lost since the start. */
  onJournalLoss(totalLines: number): void {
    this.#lostLines = totalLines;
  }

  /** The journal, whose verdicts are counted on their way. */
  tee(journal: JournalSink): JournalSink {
    return {
      append: (entry) => {
        const { type, verdict } = entry as { readonly type?: unknown; readonly verdict?: unknown };
        if (type === 'verdict' && typeof verdict === 'string') {
          this.#verdicts.set(verdict, (this.#verdicts.get(verdict) ?? 0) + 1);
        }
        journal.append(entry);
      },
    };
  }

  text(sources: MetricSources): string {
    const { run, totalSteps, live, refusals, bytes, viewerCount } = sources;
    const { phase, step, loss, workers } = live();
    const { received, sent } = bytes();
    const present = workers.filter(({ state }) => state !== 'left');
    const metrics: readonly Metric[] = [
      gauge('run_info', 'The run, by its name.', [{ labels: { run }, value: 1 }]),
      gauge(
        'run_phase',
        'What the run is at: 1 for one of these.',
        PHASES.map((each) => ({ labels: { phase: each }, value: each === phase ? 1 : 0 })),
      ),
      gauge('run_step', 'Committed steps of the run, over all its starts.', step),
      gauge('run_steps', 'Steps at which the run ends.', totalSteps),
      counter('steps_total', 'Steps committed since this start.', this.#steps),
      counter('rows_total', 'Training rows of the steps committed since this start.', this.#rows),
      family(
        'histogram',
        'step_duration_seconds',
        'Time from one commit to the next while the run trains.',
        this.#stepSeconds.samples(),
      ),
      gauge(
        'workers',
        'Workers by state: waiting for the next step, having a part of this one, or given nothing now.',
        WORKER_STATES.map((state) => ({
          labels: { state },
          value: present.filter((worker) => worker.state === state).length,
        })),
      ),
      counter('worker_joins_total', 'Workers let in since this start.', this.#joins),
      counter('worker_leaves_total', 'Workers that left or were lost since this start.', this.#leaves),
      gauge('viewers', 'Connections of dashboards and of the pages of volunteers.', viewerCount()),
      counter(
        'verdicts_total',
        'Contributions judged since this start, by verdict.',
        labelled('verdict', this.#verdicts),
      ),
      counter(
        'refused_total',
        'Connections and requests turned away since this start, by kind and code.',
        refusals().map(({ name, code, count }) => ({
          labels: { kind: name, code: String(code) },
          value: count,
        })),
      ),
      counter('received_bytes_total', 'Bytes received over TCP since this start.', received),
      counter('sent_bytes_total', 'Bytes sent over TCP since this start.', sent),
      counter('checkpoints_total', 'Checkpoints written since this start.', this.#checkpoints),
      counter(
        'checkpoint_failures_total',
        'Checkpoints not written since this start.',
        this.#checkpointFailures,
      ),
      gauge('checkpoint_step', 'Step of the newest checkpoint of this start.', this.#checkpointStep),
      gauge(
        'checkpoint_timestamp_seconds',
        'When the newest checkpoint of this start was written.',
        this.#checkpointAt,
      ),
      counter('journal_lost_lines_total', 'Lines of the journal that could not be written.', this.#lostLines),
      gauge('train_loss', 'Mean loss of a row of the newest step.', loss ?? undefined),
      gauge(
        'test_loss',
        'Mean loss of a test row after the newest epoch of this start; where rows are held back, at its end.',
        this.#test?.loss,
      ),
      gauge(
        'test_accuracy_ratio',
        'Test rows that are right after the newest epoch of this start; where rows are held back, at its end.',
        this.#test?.accuracy,
      ),
      gauge(
        'validation_loss',
        'Mean loss of a row held back, at the newest validation of this start.',
        this.#validation?.loss,
      ),
      gauge(
        'validation_accuracy_ratio',
        'Rows held back that are right, at the newest validation of this start.',
        this.#validation?.accuracy,
      ),
    ];
    return prometheusText([...metrics, ...processMetrics()]);
  }
}

type Values = number | undefined | readonly Sample[];

const family = (type: MetricType, name: string, help: string, values: Values): Metric => ({
  ...{ type, name: `lockstep_${name}`, help },
  samples: samplesOf(values),
});

const gauge = (name: string, help: string, values: Values): Metric => family('gauge', name, help, values);
const counter = (name: string, help: string, values: Values): Metric => family('counter', name, help, values);

function samplesOf(values: Values): readonly Sample[] {
  if (values === undefined) return [];
  return typeof values === 'number' ? [{ value: values }] : values;
}

const labelled = (label: string, counts: ReadonlyMap<string, number>): readonly Sample[] =>
  [...counts].map(([text, value]) => ({ labels: { [label]: text }, value }));
