import { Worker } from 'node:worker_threads';

/**
 * Signs of life come from a thread of their own: the main one may be busy for longer than others wait for them, when it reads a
 * large dataset or computes a step. It is a text, so that it is at hand whatever this module is bundled into.
 */
const THREAD = `
const { closeSync, fstatSync, openSync, writeSync } = require('node:fs');
const { workerData: { path, inode, head, everyMs } } = require('node:worker_threads');
let beat = 0;
let file;
setInterval(() => {
  const sign = '"beat":"' + String(++beat).padStart(15, '0') + '","heartbeat":"' + new Date().toISOString() + '"}\\n';
  try {
    if (file === undefined) {
      const opened = openSync(path, 'r+');
      if (String(fstatSync(opened, { bigint: true }).ino) !== inode) return closeSync(opened);
      file = opened;
    }
    writeSync(file, head + sign, 0);
  } catch {}
}, everyMs);
`;

export interface HeartbeatSetup {
  readonly path: string;
  /** What the system knows the file by: another file of that name is left alone. */
  readonly inode: string;
  /** What stays of its content. */
  readonly head: string;
  readonly everyMs: number;
}

/** Keeps writing signs of life into a lock until it is ended. It keeps no process alive. */
export class Heartbeat {
  readonly #thread: Worker;

  constructor(setup: HeartbeatSetup) {
    // Options of Node that were meant for the main thread are not for this one.
    // It throws away next to nothing.
    this.#thread = new Worker(THREAD, {
      ...{ eval: true, execArgv: [], workerData: setup },
      resourceLimits: { maxYoungGenerationSizeMb: 1 },
    });
    this.#thread.unref();
    // A lock without signs of life is still a lock on this machine; elsewhere it is looked at again before each write.
    this.#thread.on('error', () => undefined);
  }

  end(): void {
    void this.#thread.terminate();
  }
}
