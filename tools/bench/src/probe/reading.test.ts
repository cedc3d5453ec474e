import { describe, expect, it } from 'vitest';
import { readRecord, usageOf, type Sample, type ThreadRecord } from './reading.ts';

const STEPS = 100;
const IN_PER_STEP = 1000;
const STEP_MS = 5;

/** A run of 100 steps of 5 ms, sampled every 20 ms; the first 20 steps cost ten times as much as the others. */
function record(
  app: string,
  threadId: number,
  perStep: { readonly cpuMicros?: number; readonly heapBytes?: number; readonly bufferBytes?: number },
): ThreadRecord {
  const samples = Array.from({ length: 26 }, (_, index): Sample => {
    const step = index * 4;
    const weight = step + 9 * Math.min(step, 20);
    return {
      at: 1_000_000 + step * STEP_MS,
      cpuMicros: (perStep.cpuMicros ?? 0) * weight,
      bytesIn: step * IN_PER_STEP,
      bytesOut: step * IN_PER_STEP * 2,
      peakBytes: 1e6 + step,
      heapBytes: (perStep.heapBytes ?? 0) * weight,
      bufferBytes: (perStep.bufferBytes ?? 0) * weight,
    };
  });
  return { app, pid: 1, threadId, samples };
}

const coordinator = record('coordinator', 0, { cpuMicros: 1500, heapBytes: 4000 });
const worker = record('worker', 0, { cpuMicros: 9000, bufferBytes: 100 });

describe('usageOf', () => {
  it('tells what a step costs once the start is over', () => {
    const usage = usageOf('coordinator', [worker, coordinator], STEPS);
    expect(usage.cpuMillisPerStep).toBeCloseTo(1.5);
    expect(usage.bytesInPerStep).toBeCloseTo(IN_PER_STEP);
    expect(usage.bytesOutPerStep).toBeCloseTo(2 * IN_PER_STEP);
    expect(usage.heapBytesPerStep).toBeCloseTo(4000);
    expect(usage.peakBytes).toBe(1e6 + STEPS);
  });

  it('adds up the threads and processes of an app', () => {
    const thread = record('worker', 1, { heapBytes: 700 });
    const usage = usageOf('worker', [coordinator, worker, worker, thread], STEPS);
    expect(usage.cpuMillisPerStep).toBeCloseTo(18);
    expect(usage.bufferBytesPerStep).toBeCloseTo(200);
    expect(usage.heapBytesPerStep).toBeCloseTo(700);
  });

  it('leaves out a thread that sleeps through the steps', () => {
    const asleep = { ...record('worker', 2, { heapBytes: 1e9 }) };
    const usage = usageOf(
      'worker',
      [coordinator, worker, { ...asleep, samples: asleep.samples.slice(0, 2) }],
      STEPS,
    );
    expect(usage.heapBytesPerStep).toBe(0);
  });

  it('refuses a run that was too short to tell, and one without a coordinator', () => {
    const short = { ...coordinator, samples: [coordinator.samples[0]!, coordinator.samples.at(-1)!] };
    for (const records of [[short], [], [worker]]) {
      expect(() => usageOf('coordinator', records, STEPS)).toThrow(
        expect.objectContaining({ code: 'bad-output', message: expect.stringContaining('too short') }),
      );
    }
  });
});

describe('readRecord', () => {
  it('reads a line that says who it is, then the samples', () => {
    const { samples, ...who } = worker;
    const text = [who, ...samples].map((line) => `${JSON.stringify(line)}\n`).join('');
    expect(readRecord(text)).toEqual(worker);
  });

  it('refuses an empty file', () => {
    expect(() => readRecord('\n')).toThrow(expect.objectContaining({ code: 'bad-output' }));
  });
});
