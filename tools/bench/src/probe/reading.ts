import { BenchError } from '../bench-error.ts';
import { lineThrough } from '../statistics.ts';

/** What a thread had used by a moment; what it used is counted from its start. Written by probe/probe.mjs. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of the whole process; in its main thread only. */
  readonly cpuMicros: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The most memory the process has had. */
  readonly peakBytes: number;
  /** Allocated in the heap of JavaScript; when allocations are counted. */
  readonly heapBytes?: number;
  /** Allocated outside of it, without what was received; when allocations are counted. */
  readonly bufferBytes?: number;
}

/** What one thread of a process of Lockstep wrote down. */
export interface ThreadRecord {
  /** Which app it belongs to: `coordinator`, `worker`, `cli`. */
  readonly app: string;
  readonly pid: number;
  readonly threadId: number;
  readonly samples: readonly Sample[];
}

/** Reads a file of the probe. @throws {BenchError} `bad-output` */
export function readRecord(text: string): ThreadRecord {
  const [head, ...samples] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
  if (head === undefined)
    throw new BenchError('bad-output', 'the probe in a process of Lockstep wrote nothing');
  return { ...(head as Omit<ThreadRecord, 'samples'>), samples: samples as Sample[] };
}

/** The part of a run that counts: start-up and the compilation of the first steps are over, the end has not begun. */
const STEADY_FROM = 0.3;
const STEADY_TO = 0.95;

/** What the threads of one app used in the steady part of a run. */
export interface Usage {
  /** Milliseconds of processor time a step, of all processes of the app. */
  readonly cpuMillisPerStep: number;
  readonly bytesInPerStep: number;
  readonly bytesOutPerStep: number;
  /** Allocated a step, without what was received, by all threads; 0 unless allocations were counted. */
  readonly heapBytesPerStep: number;
  readonly bufferBytesPerStep: number;
  /** The largest process. */
  readonly peakBytes: number;
}

/**
 * The steady usage of `app`.
 * @param steps steps of the whole run: what the coordinator receives tells how far it was at any moment
 * @throws {BenchError} `bad-output` when a run was too short to tell
 */
export function usageOf(app: string, records: readonly ThreadRecord[], steps: number): Usage {
  const coordinator = records.find(isMainOf('coordinator'));
  const last = coordinator?.samples.at(-1);
  if (coordinator === undefined || last === undefined) throw tooShort('the coordinator wrote nothing');
  const bytesPerStep = last.bytesIn / steps;
  const steady = coordinator.samples.filter(
    ({ bytesIn }) => bytesIn >= STEADY_FROM * last.bytesIn && bytesIn <= STEADY_TO * last.bytesIn,
  );
  const [from, to] = [steady[0]?.at ?? 0, steady.at(-1)?.at ?? 0];
  const slope = ({ samples }: ThreadRecord, figure: (sample: Sample) => number): number => {
    const within = samples.filter(({ at }) => at >= from && at <= to);
    if (within.length < 3) throw tooShort(`${within.length} samples of the steady part`);
    return lineThrough(within.map((sample) => ({ x: sample.at - from, y: figure(sample) }))).slope;
  };
  const stepsPerMilli = slope(coordinator, ({ bytesIn }) => bytesIn) / bytesPerStep;
  const ofApp = records.filter((record) => record.app === app);
  const perStep = (threads: readonly ThreadRecord[], figure: (sample: Sample) => number): number =>
    threads.reduce((sum, thread) => sum + slope(thread, figure), 0) / stepsPerMilli;
  const mains = ofApp.filter(isMainOf(app));
  return {
    cpuMillisPerStep: perStep(mains, ({ cpuMicros }) => cpuMicros / 1000),
    bytesInPerStep: perStep(mains, ({ bytesIn }) => bytesIn),
    bytesOutPerStep: perStep(mains, ({ bytesOut }) => bytesOut),
    heapBytesPerStep: perStep(ofApp.filter(hasSteps(from, to)), ({ heapBytes }) => heapBytes ?? 0),
    bufferBytesPerStep: perStep(ofApp.filter(hasSteps(from, to)), ({ bufferBytes }) => bufferBytes ?? 0),
    peakBytes: Math.max(...ofApp.flatMap(({ samples }) => samples.map(({ peakBytes }) => peakBytes))),
  };
}

/** Finds the main thread of an app among the records. */
export const isMainOf =
  (app: string) =>
  (record: ThreadRecord): boolean =>
    record.app === app && record.threadId === 0;

/** A thread that takes part in no step, as one that evaluates, may sleep through all of them. */
const hasSteps =
  (from: number, to: number) =>
  ({ threadId, samples }: ThreadRecord): boolean =>
    threadId === 0 || samples.filter(({ at }) => at >= from && at <= to).length >= 3;

const tooShort = (detail: string): BenchError =>
  new BenchError('bad-output', `the run was too short to measure what its processes use: ${detail}`);
