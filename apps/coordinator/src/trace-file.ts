import { createWriteStream, openSync, rmSync, statSync, type WriteStream } from 'node:fs';
import { CommandError, EXIT } from '@lockstep/config';
import { Timeline } from '@lockstep/metrics';
import { assertTracePlace } from './trace-place.ts';

/** How long an event waits at most until it is written: so little is missing when this process is killed. */
const FLUSH_MS = 250;
/** Text held back before it is written. */
const BUFFER_LENGTH = 64 * 1024;
/** Bytes a stalled disk may keep waiting; beyond them the trace ends. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

export interface TraceSetup {
  /** The run's, whose own files are no place for a trace. */
  readonly folder: string;
  warn(text: string): void;
}

/** The file of a timeline. What goes wrong with it ends the trace, never the run. */
export class TraceFile {
  readonly timeline: Timeline;
  readonly #path: string;
  readonly #warn: (text: string) => void;
  readonly #stream: WriteStream;
  readonly #timer: NodeJS.Timeout;
  readonly #isNew: boolean;
  #pieces: string[] = [];
  #length = 0;
  #isBroken = false;

  /** @throws {CommandError} exit 2 when there is no writing to `path`, or something else than a trace would be lost */
  constructor(path: string, { folder, warn }: TraceSetup) {
    this.#path = path;
    this.#warn = warn;
    this.#isNew = statSync(path, { throwIfNoEntry: false }) === undefined;
    this.#stream = createWriteStream(path, { fd: openToWrite(path, folder) });
    this.#stream.on('error', (error) => this.#break(error.message));
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS).unref();
    this.timeline = new Timeline((text) => this.#take(text));
  }

  /** Ends the file; resolves when it is written. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    this.timeline.end();
    this.#flush();
    return new Promise((resolve) => {
      if (this.#isBroken) return resolve();
      this.#stream.once('close', resolve);
      this.#stream.end();
    });
  }

  /** Ends it for a run that does not start: a file that was made for it goes again. */
  async discard(): Promise<void> {
    await this.close();
    if (this.#isNew) rmSync(this.#path, { force: true });
  }

  #take(text: string): void {
    if (this.#isBroken) return;
    this.#pieces.push(text);
    this.#length += text.length;
    if (this.#length >= BUFFER_LENGTH) this.#flush();
  }

  #flush(): void {
    if (this.#isBroken || this.#pieces.length === 0) return;
    if (this.#stream.writableLength > MOST_WAITING_BYTES) return this.#break('its disk does not keep up');
    this.#stream.write(this.#pieces.join(''));
    this.#pieces = [];
    this.#length = 0;
  }

  #break(why: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#pieces = [];
    this.#stream.destroy();
    this.#warn(`the trace ${this.#path} ends here, training goes on: ${why}`);
  }
}

function openToWrite(path: string, folder: string): number {
  try {
    assertTracePlace(path, folder);
    return openSync(path, 'w');
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new CommandError(EXIT.usage, `--trace ${path} cannot be written (${code}): give another file`, {
      cause,
    });
  }
}
