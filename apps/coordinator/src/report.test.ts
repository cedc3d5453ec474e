import { RunMeter, type RunNotice } from '@lockstep/metrics';
import { describe, expect, it } from 'vitest';
import { makeReporter } from './reporter.ts';
import { smallConfig } from '@lockstep/shell/testing';

function capture(format: 'text' | 'json', columns?: number, meter?: RunMeter) {
  const written = { out: '', err: '' };
  const target = {
    out: (text: string) => void (written.out += text),
    err: (text: string) => void (written.err += text),
    columns,
    hasColour: columns !== undefined,
  };
  return { written, reporter: makeReporter(format, target, () => meter) };
}

const started: RunNotice = {
  type: 'started',
  run: 'r',
  out: 'runs/r',
  config: smallConfig(),
  backend: 'wasm simd128',
  step: 0,
  stepsPerEpoch: 5,
};
const joined: RunNotice = {
  type: 'worker-joined',
  id: '1',
  worker: 'w',
  kind: 'process',
  engine: 'node 20',
  backend: 'wasm simd128',
  threads: 1,
  workers: 1,
};
const step: RunNotice = { type: 'step', step: 1, rows: 10, loss: 0.5 };
const finished: RunNotice = {
  type: 'finished',
  step: 23,
  weightsSha256: 'ab'.repeat(32),
  testAccuracy: 0.9451,
  testLoss: 0.1,
  seconds: 75,
  samplesPerSecond: 12_345.6,
  stepMillis: 1.5,
  checkpoint: 'runs/r/final.safetensors',
};

describe('--format json', () => {
  it('is one object a line, steps left out', () => {
    const { written, reporter } = capture('json');
    for (const notice of [started, joined, step, finished]) reporter.notify(notice);
    const lines = written.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunNotice);
    expect(lines).toEqual([started, joined, finished]);
  });

  it('puts warnings on standard error', () => {
    const { written, reporter } = capture('json');
    reporter.notify({ type: 'warning', text: 'careful' });
    expect(written).toEqual({ out: '', err: 'lockstep: careful\n' });
  });
});

describe('--format text', () => {
  it('says of a worker that stands by what it does instead, and why', () => {
    const { written, reporter } = capture('text');
    const standby = { type: 'worker-standby', worker: 'w', neededMillis: 4.24, stepMillis: 1 } as const;
    reporter.notify({ ...standby, reason: 'slow-line' });
    expect(written.out).toBe(
      'w stands by: it checks what others have computed: its messages take 4.2 ms, and the others are done in 1 ms\n',
    );
  });

  it('says a reason to stand by once for each worker', () => {
    const { written, reporter } = capture('text');
    const standby = { type: 'worker-standby', neededMillis: 4.24, stepMillis: 1 } as const;
    for (let again = 0; again < 3; again++)
      for (const worker of ['v', 'w'])
        for (const reason of ['behind', 'not-needed']) reporter.notify({ ...standby, worker, reason });
    expect(written.out.split('\n')).toHaveLength(4 + 1);
  });

  it('says what of a run, and of an epoch, this start has trained', () => {
    const { written, reporter } = capture('text');
    reporter.notify({ ...started, step: 13, stepsPerEpoch: 10, resumedFrom: 'c' });
    const figures = { testLoss: 0.1, testAccuracy: 0.9, seconds: 2, samplesPerSecond: 100 };
    reporter.notify({ type: 'epoch', epoch: 2, step: 20, loss: 0.5, ...figures });
    reporter.notify({ type: 'epoch', epoch: 3, step: 23, loss: 0.25, ...figures });
    reporter.notify(finished);
    expect(written.out).toContain('epoch 2: loss 0.5000 (of its last 7 steps, those of this start), test');
    expect(written.out).toContain('epoch 3: loss 0.2500, test');
    expect(written.out).toContain('finished 23 steps in 1 min 15 s (10 of them in this start)\n');
  });

  it('ends with a line for each class, the best checkpoint and the moving average, where there are some', () => {
    const { written, reporter } = capture('text');
    const classes = [
      { precision: 0.5, recall: 1, f1: 2 / 3, rows: 12, called: 24 },
      { precision: 1, recall: 0.25, f1: 0.4, rows: 4, called: 1 },
    ];
    reporter.notify({
      ...finished,
      classes,
      averageSha256: 'cd'.repeat(32),
      best: { step: 20, figure: 0.25, monitor: 'loss', file: 'runs/r/best.safetensors' },
    });
    const lines = written.out.split('\n');
    expect(lines).toContain('  class         precision     recall         f1       rows');
    expect(lines).toContain('  0                0.5000     1.0000     0.6667         12');
    expect(lines).toContain('  1                1.0000     0.2500     0.4000          4');
    expect(lines).toContain(
      '  best checkpoint    runs/r/best.safetensors  (step 20, validation loss 0.2500)',
    );
    expect(lines).toContain(`  average sha256     ${'cd'.repeat(32)}`);
  });

  it('gives no rate where nothing was trained', () => {
    const { written, reporter } = capture('text');
    reporter.notify({ ...started, step: 23, resumedFrom: 'c' });
    reporter.notify(finished);
    expect(written.out).toContain('finished: all 23 steps were done before this start\n');
    expect(written.out).not.toContain('samples per second');
  });

  it('is calm when piped: no progress line, no escape sequences', () => {
    const { written, reporter } = capture('text');
    for (const notice of [started, joined, step, finished]) reporter.notify(notice);
    expect(written.out).toBe(
      'run r: made up, 47 rows, network 6-5-3, sigmoid, squared-error\n' +
        '  23 steps of 10 rows in leaves of 2, learning rate 0.1, seed 4, wasm simd128, into runs/r\n' +
        '  inputs standardised by mean 0.5 and deviation 0.25, those of its training rows\n' +
        'w joined (node 20); 1 worker\n' +
        'finished 23 steps in 1 min 15 s\n' +
        '  test accuracy      94.51 %  (test loss 0.1000)\n' +
        '  samples per second 12,346\n' +
        '  checkpoint         runs/r/final.safetensors\n' +
        `  weights sha256     ${'ab'.repeat(32)}\n`,
    );
  });

  it('says of a new run which weights it starts from, where it was given some', () => {
    const { written, reporter } = capture('text');
    reporter.notify({ ...started, initialWeights: '/old/final.safetensors' });
    expect(written.out).toMatch(/\nstarting from the weights of \/old\/final\.safetensors\n$/);
  });

  it('redraws one progress line on a terminal, within its width', () => {
    const meter = new RunMeter({ firstStep: 0, totalSteps: 23, stepsPerEpoch: 5 });
    meter.begin(0);
    meter.onStep(1, 10, 0.5, 1);
    const { written, reporter } = capture('text', 60, meter);
    reporter.notify(joined);
    written.out = '';
    reporter.notify(step);
    expect(written.out).toMatch(/^\repoch 1\/5 {2}1\/5 {2}\[=====/);
    expect(written.out.endsWith('\u001b[K')).toBe(true);
    expect(written.out.length).toBeLessThanOrEqual(1 + 59 + 3);
    reporter.notify(finished);
    expect(written.out).toContain('\r\u001b[Kfinished 23 steps');
  });
});
