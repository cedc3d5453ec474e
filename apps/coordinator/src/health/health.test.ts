import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mayWatch } from '../viewers/tokens.ts';
import { plainServer, rawRequest, type RawAnswer } from '../testing/plain-server.ts';
import { countBytes } from './byte-count.ts';
import { Histogram } from './histogram.ts';
import { prometheusText } from './prometheus-text.ts';
import { RunMetrics, type MetricSources } from './run-metrics.ts';

const get = (port: number, path: string, ...headers: readonly string[]): Promise<RawAnswer> =>
  rawRequest(port, [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers]);

describe('/healthz and /readyz', () => {
  it('are answered without a token, by any name and below every prefix', async () => {
    const { port, refusals } = await plainServer(['https://train.example.org/lockstep/']);
    for (const path of ['/healthz', '/lockstep/healthz']) {
      expect((await get(port, path)).body).toBe('{"status":"ok"}\n');
      expect((await rawRequest(port, [`GET ${path} HTTP/1.0`])).status).toBe(200);
      expect((await rawRequest(port, [`HEAD ${path} HTTP/1.1`, 'Host: pod-7.internal'])).status).toBe(200);
    }
    expect((await get(port, '/readyz')).body).toBe('{"status":"ready"}\n');
    expect(refusals.totals()).toEqual({});
  });

  it('say why no worker is taken', async () => {
    const { port } = await plainServer([], { whyNotReady: () => 'the run is over' });
    const { status, body } = await get(port, '/readyz');
    expect([status, body]).toEqual([503, '{"status":"not ready","reason":"the run is over"}\n']);
    expect((await get(port, '/healthz')).status).toBe(200);
  });
});

describe('/metrics', () => {
  it('asks for the token of viewers where there is one, and counts wrong ones as guesses', async () => {
    const tokens = { worker: 'w'.repeat(20), viewer: 'v'.repeat(20), admin: 'a'.repeat(20) };
    const mayReadMetrics = (shown: string | undefined): boolean => mayWatch(tokens, 'viewer', shown);
    const { port } = await plainServer([], { metrics: () => 'a 1\n', mayReadMetrics });
    const bearer = (token: string): string => `Authorization: Bearer ${token}`;
    for (const token of [tokens.viewer, tokens.admin]) {
      const { status, body, headers } = await get(port, '/metrics', bearer(token));
      expect([status, body]).toEqual([200, 'a 1\n']);
      expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    }
    for (let guess = 0; guess < 10; guess++) {
      const { status, headers } = await get(port, '/metrics', bearer(tokens.worker));
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="lockstep"']);
    }
    expect((await get(port, '/metrics', bearer(tokens.viewer))).status).toBe(429);
    // Without a token nothing is guessed.
    expect((await get(port, '/metrics')).status).toBe(401);
    expect((await rawRequest(port, ['GET /metrics HTTP/1.1', 'Host: evil.example'])).status).toBe(403);
  });

  it('is open where viewers need no token, and not there where nothing is counted', async () => {
    const { port } = await plainServer([], { metrics: () => 'a 1\n' });
    expect((await get(port, '/metrics')).status).toBe(200);
    const other = await plainServer();
    expect((await get(other.port, '/metrics')).status).toBe(404);
  });
});

const SOURCES: MetricSources = {
  ...{ run: 'a "run"\\of\nnow', totalSteps: 300 },
  live: () => ({ phase: 'training', step: 7, loss: NaN, workers: [] }),
  refusals: () => [{ name: 'foreign', code: 403, count: 2 }],
  bytes: () => ({ received: 10, sent: 20 }),
  viewerCount: () => 1,
};

/** A run in which everything has happened that is counted. */
function busyMetrics(): RunMetrics {
  const metrics = new RunMetrics();
  const worker = { id: '1', worker: 'jolly-otter', workers: 1 };
  metrics.note({ type: 'worker-joined', ...worker, kind: 'tab', engine: 'e', backend: 'b', threads: 1 }, 0);
  [0, 10, 3000].forEach((at, step) => metrics.note({ type: 'step', step, rows: 64, loss: 1 }, at));
  metrics.note({ type: 'waiting', workers: 0, needed: 1 }, 4000);
  metrics.note({ type: 'step', step: 4, rows: 64, loss: 1 }, 90_000);
  const epoch = { epoch: 1, loss: 1, testLoss: 0.5, testAccuracy: 0.9, seconds: 1, samplesPerSecond: 1 };
  metrics.note({ type: 'epoch', step: 4, ...epoch }, 90_000);
  metrics.note({ type: 'validated', step: 4, validationLoss: 0.25, validationAccuracy: 0.8 }, 90_000);
  metrics.note({ type: 'checkpoint', step: 4, file: 'f' }, 90_000);
  metrics.note({ type: 'checkpoint-failed', step: 4, failures: 1, error: 'full' }, 90_000);
  metrics.note({ type: 'worker-left', ...worker, reason: 'tired' }, 90_000);
  metrics.onJournalLoss(5);
  const journal = metrics.tee({ append: () => undefined });
  for (const verdict of ['accepted', 'accepted', 'stale']) journal.append({ type: 'verdict', verdict });
  return metrics;
}

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

describe('what is counted of a run', () => {
  const text = busyMetrics().text(SOURCES);

  it.each([
    'lockstep_run_info{run="a \\"run\\"\\\\of\\nnow"} 1',
    'lockstep_run_phase{phase="training"} 1',
    'lockstep_run_phase{phase="paused"} 0',
    'lockstep_run_step 7',
    'lockstep_steps_total 4',
    'lockstep_rows_total 256',
    // The time of waiting is no step's.
    'lockstep_step_duration_seconds_count 2',
    'lockstep_step_duration_seconds_bucket{le="0.01"} 1',
    'lockstep_step_duration_seconds_bucket{le="+Inf"} 2',
    'lockstep_step_duration_seconds_sum 3',
    'lockstep_workers{state="computing"} 0',
    'lockstep_worker_joins_total 1',
    'lockstep_worker_leaves_total 1',
    'lockstep_viewers 1',
    'lockstep_verdicts_total{verdict="accepted"} 2',
    'lockstep_refused_total{kind="foreign",code="403"} 2',
    'lockstep_received_bytes_total 10',
    'lockstep_sent_bytes_total 20',
    'lockstep_checkpoints_total 1',
    'lockstep_checkpoint_failures_total 1',
    'lockstep_checkpoint_step 4',
    'lockstep_journal_lost_lines_total 5',
    // As Prometheus spells it.
    'lockstep_train_loss NaN',
    'lockstep_test_accuracy_ratio 0.9',
    'lockstep_validation_loss 0.25',
    'lockstep_validation_accuracy_ratio 0.8',
  ])('is %s', (line) => expect(text.split('\n')).toContain(line));

  it('names no worker', () => expect(text).not.toMatch(/jolly|otter/));

  it.skipIf(!hasPromtool)(
    'is found in order by promtool [skipped: promtool is not here: install Prometheus (Debian: apt-get install prometheus)]',
    () => {
      for (const each of [text, new RunMetrics().text({ ...SOURCES, refusals: () => [] })]) {
        expect(execFileSync('promtool', ['check', 'metrics'], { input: each, encoding: 'utf8' })).toBe('');
      }
    },
  );

  it('has values that are not finite in the spelling of the format', () => {
    const values = [Infinity, -Infinity, NaN, 1e21, 0.1];
    const metric = {
      name: 'a',
      type: 'gauge',
      help: 'b\nc\\d',
      samples: values.map((value) => ({ value })),
    } as const;
    expect(prometheusText([metric, { ...metric, name: 'none', samples: [] }])).toBe(
      '# HELP a b\\nc\\\\d\n# TYPE a gauge\na +Inf\na -Inf\na NaN\na 1e+21\na 0.1\n',
    );
  });
});

describe('a histogram', () => {
  it('counts a value in its own bucket and all above', () => {
    const histogram = new Histogram([1, 2]);
    [1, 1.5, 2, 3].forEach((value) => histogram.observe(value));
    expect(histogram.samples().map(({ value }) => value)).toEqual([1, 3, 4, 7.5, 4]);
  });
});

describe('the bytes of a server', () => {
  it('are those of connections that are open and of those that were', async () => {
    const server = createServer(
      (socket) => void socket.on('data', (bytes) => socket.write(bytes.subarray(1))),
    );
    const bytes = countBytes(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    for (const isLast of [false, true]) {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.write('12345');
      await once(socket, 'data');
      if (isLast) break;
      socket.destroy();
      await once(socket, 'close');
    }
    await expect.poll(() => bytes()).toEqual({ received: 10, sent: 8 });
  });
});
