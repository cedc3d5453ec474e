/**
 * Writes down what a process of Lockstep uses while it works: loaded into it with NODE_OPTIONS=--import=<this file>, by
 * src/probe. Every thread of the process gets a file of its own in BENCH_PROBE_FOLDER: a line of JSON that says who it is,
 * then one for each sample. BENCH_PROBE says what is written down: `usage` costs next to nothing, `allocations` counts every
 * allocation and slows the process, `cpu-profile` and `heap-profile` take samples of where time is spent and objects are made.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import path from 'node:path';
import { isMainThread, threadId } from 'node:worker_threads';
import { countAllocations } from './allocations.mjs';

const SAMPLE_EVERY_MS = 20;
const FLUSH_EVERY_MS = 250;

const { BENCH_PROBE_FOLDER: folder, BENCH_PROBE: kind } = process.env;
const [, script = '', command = ''] = process.argv;
/** bin/lockstep.mjs is what its first argument says, apps/worker/dist/process.mjs is the app `worker`. */
const app = path.basename(script) === 'lockstep.mjs' ? command : path.basename(path.resolve(script, '../..'));
const name = `${app}-${process.pid}-${threadId}`;

/** @type {import('node:net').Socket[]} */
const sockets = [];
for (const side of ['server', 'client']) {
  subscribe(`net.${side}.socket`, (message) => {
    sockets.push(/** @type {{ socket: import('node:net').Socket }} */ (message).socket);
  });
}
const total = (/** @type {'bytesRead' | 'bytesWritten'} */ field) =>
  sockets.reduce((sum, socket) => sum + socket[field], 0);

function recordSamples() {
  const allocations = kind === 'allocations' ? countAllocations() : undefined;
  /** @type {object[]} */
  let lines = [{ app, pid: process.pid, threadId }];
  let sampledAt = 0;
  let flushedAt = 0;
  const flush = () => {
    if (lines.length === 0) return;
    appendFileSync(
      path.join(folder, `${name}.ndjson`),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
    lines = [];
  };
  const sample = () => {
    const now = performance.now();
    if (now - sampledAt < SAMPLE_EVERY_MS - 1) return;
    const allocated = allocations?.pause();
    sampledAt = now;
    const { user, system } = process.cpuUsage();
    lines.push({
      at: performance.timeOrigin + now,
      cpuMicros: isMainThread ? user + system : 0, // of the whole process
      bytesIn: total('bytesRead'),
      bytesOut: total('bytesWritten'),
      peakBytes: process.resourceUsage().maxRSS * 1024,
      ...allocated,
    });
    if (now - flushedAt >= FLUSH_EVERY_MS) {
      flushedAt = now;
      flush();
    }
    allocations?.resume();
  };
  setInterval(sample, SAMPLE_EVERY_MS).unref();
  // A thread that computes waits like this, and its timers do not run.
  const { wait } = Atomics;
  Atomics.wait = (...args) => {
    sample();
    return wait(...args);
  };
  process.on('exit', () => {
    sampledAt = 0;
    sample();
    flush();
  });
}

/** From the first message to the moment when the code of a step is compiled. */
const WARM_UP_MS = 500;

/** Of the steps alone, and only of the main thread: another is ended without notice. */
function recordProfile() {
  const [start, stop] =
    kind === 'cpu-profile'
      ? ['Profiler.start', 'Profiler.stop']
      : ['HeapProfiler.startSampling', 'HeapProfiler.stopSampling'];
  const begin = () => {
    const session = new Session();
    session.connect();
    if (kind === 'cpu-profile') {
      session.post('Profiler.enable');
      session.post('Profiler.setSamplingInterval', { interval: 200 });
    }
    session.post(start, {
      samplingInterval: 4096,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    const begunAt = performance.now();
    process.on('exit', () => {
      const millis = performance.now() - begunAt;
      session.post(stop, (error, result) => {
        if (error !== null) throw error;
        writeFileSync(
          path.join(folder, `${name}.profile`),
          JSON.stringify({ millis, profile: result.profile }),
        );
      });
    });
  };
  const waiting = setInterval(() => {
    if (total('bytesRead') === 0) return;
    clearInterval(waiting);
    setTimeout(begin, WARM_UP_MS).unref();
  }, SAMPLE_EVERY_MS).unref();
}

if (kind === 'usage' || kind === 'allocations') recordSamples();
else if (isMainThread) recordProfile();
