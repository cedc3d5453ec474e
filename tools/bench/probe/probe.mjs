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

/** Only of the main thread: another is ended without notice. */
function recordProfile() {
  const session = new Session();
  session.connect();
  const [start, stop, extension] =
    kind === 'cpu-profile'
      ? ['Profiler.start', 'Profiler.stop', 'cpuprofile']
      : ['HeapProfiler.startSampling', 'HeapProfiler.stopSampling', 'heapprofile'];
  if (kind === 'cpu-profile') {
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: 200 });
  }
  session.post(start, {
    samplingInterval: 4096,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  process.on('exit', () => {
    session.post(stop, (error, result) => {
      if (error !== null) throw error;
      writeFileSync(path.join(folder, `${name}.${extension}`), JSON.stringify(result.profile));
    });
  });
}

if (kind === 'usage' || kind === 'allocations') recordSamples();
else if (isMainThread) recordProfile();
