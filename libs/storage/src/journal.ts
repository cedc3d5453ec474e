import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fullJournalParts, fullPartPath, trimJournal } from './journal-parts.ts';
import { StorageError, type StorageErrorCode, writeError } from './storage-error.ts';

/** What a journal lost, and why. */
export interface JournalLoss {
  /** Lines lost by this failure. */
  readonly lines: number;
  /** Lines lost since the journal was opened. */
  readonly totalLines: number;
  readonly error: StorageError;
}

export interface JournalOptions {
  /** Told of every loss; must not throw. The run goes on without these lines. */
  readonly onLoss: (loss: JournalLoss) => void;
  /** Bytes held back before they are written; 64 KiB when left out. */
  readonly bufferBytes?: number;
  /** Bytes a stalled disk may keep waiting before further lines are lost; 16 MiB when left out. */
  readonly maxWaitingBytes?: number;
  /** Integer microseconds of a monotonic clock: every line then starts with them, as `at`. */
  readonly now?: () => number;
  /** Asked before anything is written; throws what tells why the file is not this process's any more. */
  readonly assertMine?: () => void;
  /** Keeps the journal in parts; in one file without end when left out. */
  readonly bound?: JournalBound;
}

/** How much of a journal is kept: its first part and its newest ones. */
export interface JournalBound {
  /** Of all parts together. */
  readonly maxBytes: number;
  /** The first line of a part other than the first, so that readers see where parts are missing. */
  startOfPart(part: number): object;
  /** Told when old parts were deleted; must not throw. */
  onTrim(bytes: number): void;
}

/** A part is this share of what is kept. */
const PARTS = 8;

/**
 * An append-only file of JSON lines. Writing never throws at the one who reports an event: what cannot be written (full disk,
 * value that is no JSON) is counted and told through `onLoss`. Every line in the file is whole: a line torn by a failed write is
 * cut off again, and one torn by a killed process is closed before the next is appended. Under a bound a file that is full becomes
 * a numbered part, and the parts between the first and the newest ones go.
 */
export class Journal {
  #handle: FileHandle | undefined;
  readonly #path: string;
  readonly #options: JournalOptions & Required<Pick<JournalOptions, 'bufferBytes' | 'maxWaitingBytes'>>;
  #lines: Buffer[] = [];
  #bufferedBytes = 0;
  /** Bytes handed to the file system and not yet answered for. */
  #writingBytes = 0;
  /** Length of the file up to the last whole line. */
  #wholeBytes: number;
  /** Whether the file ends inside a line. */
  #isTorn: boolean;
  #lostLines = 0;
  /** The number of the part being written. */
  #part: number;
  /** Length at which the file becomes a part. */
  #fullBytes: number;
  #writes: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  private constructor(path: string, handle: FileHandle, end: FileEnd, options: JournalOptions) {
    this.#path = path;
    this.#handle = handle;
    this.#wholeBytes = end.length;
    this.#isTorn = end.isTorn;
    this.#part = end.part;
    this.#fullBytes = this.#partBytes(options.bound);
    this.#options = { bufferBytes: 64 * 1024, maxWaitingBytes: 16 * 1024 * 1024, ...options };
  }

  /**
   * Opens the journal at `path`, made when it is not there, to append to it.
   * @throws {StorageError} `disk-full`, `write-failed`
   */
  static async open(path: string, options: JournalOptions): Promise<Journal> {
    try {
      const handle = await open(path, 'a+');
      const part = options.bound === undefined ? 1 : nextPart(dirname(path));
      return new Journal(path, handle, { ...(await endOf(handle)), part }, options);
    } catch (error) {
      throw writeError(path, error);
    }
  }

  /** Lines lost since the journal was opened. */
  get lostLines(): number {
    return this.#lostLines;
  }

  /** Adds one line. Never throws; after `close` the line is lost. */
  append(entry: object): void {
    if (this.#closing !== undefined) return this.#refuse('write-failed', 'is closed; open it again');
    let line: Buffer;
    try {
      line = lineOf(this.#options.now === undefined ? entry : { at: this.#options.now(), ...entry });
    } catch (error) {
      return this.#refuse('bad-argument', 'was given an entry that is no JSON; give plain values', error);
    }
    if (this.#bufferedBytes + this.#writingBytes + line.length > this.#options.maxWaitingBytes) {
      return this.#refuse('write-failed', 'waits for a disk that does not keep up; use a faster one');
    }
    this.#lines.push(line);
    this.#bufferedBytes += line.length;
    if (this.#bufferedBytes >= this.#options.bufferBytes) void this.flush();
  }

  /** Resolves when every line appended so far is written or lost. Never rejects. */
  flush(): Promise<void> {
    const lines = this.#lines;
    if (lines.length > 0) {
      const bytes = Buffer.concat(lines);
      this.#lines = [];
      this.#bufferedBytes = 0;
      this.#writingBytes += bytes.length;
      this.#writes = this.#writes.then(() => this.#write(bytes, lines.length));
    }
    return this.#writes;
  }

  /** Flushes, syncs and closes the file. Never rejects; a second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.flush().then(() => this.#closeFile());
    return this.#closing;
  }

  async #write(bytes: Buffer, lineCount: number): Promise<void> {
    try {
      this.#options.assertMine?.();
    } catch (error) {
      this.#writingBytes -= bytes.length;
      return this.#lose(lineCount, error);
    }
    try {
      if (this.#wholeBytes >= this.#fullBytes && !this.#isTorn) await this.#endPart();
      this.#handle ??= await open(this.#path, 'a+');
      const whole = Buffer.concat([this.#lead(), bytes]);
      await this.#handle.writeFile(whole);
      this.#wholeBytes += whole.length;
      this.#isTorn = false;
    } catch (error) {
      await this.#cutTornLine();
      this.#lose(lineCount, error);
    } finally {
      this.#writingBytes -= bytes.length;
    }
  }

  /** What goes before the next lines: the end of a torn one, or the line that says which part begins. */
  #lead(): Buffer {
    if (this.#isTorn) return NEWLINE;
    const { bound, now } = this.#options;
    if (this.#wholeBytes > 0 || this.#part === 1 || bound === undefined) return Buffer.alloc(0);
    const start = bound.startOfPart(this.#part);
    return lineOf(now === undefined ? start : { at: now(), ...start });
  }

  #partBytes(bound: JournalBound | undefined): number {
    return bound === undefined ? Infinity : Math.ceil(bound.maxBytes / PARTS);
  }

  /**
   * Makes the full file a part, and deletes what is beyond the bound. Where that fails, lines go on into the same file, and are
   * lost once it alone is beyond the bound.
   */
  async #endPart(): Promise<void> {
    const { bound, onLoss } = this.#options;
    if (bound === undefined) return;
    const partBytes = this.#partBytes(bound);
    try {
      await rename(this.#path, fullPartPath(dirname(this.#path), this.#part));
    } catch (error) {
      if (this.#wholeBytes > bound.maxBytes) throw error;
      this.#fullBytes = this.#wholeBytes + partBytes;
      return onLoss({ lines: 0, totalLines: this.#lostLines, error: writeError(this.#path, error) });
    }
    const full = this.#handle;
    this.#handle = undefined;
    this.#part++;
    this.#wholeBytes = 0;
    this.#fullBytes = partBytes;
    await full?.close();
    const deleted = await trimJournal(dirname(this.#path), bound.maxBytes - partBytes);
    if (deleted > 0) bound.onTrim(deleted);
  }

  /** Cutting needs no room, so it works on the full disk that tore the line; where it fails, the next write closes the line. */
  async #cutTornLine(): Promise<void> {
    const wasTorn = this.#isTorn;
    this.#isTorn = true;
    try {
      await this.#handle?.truncate(this.#wholeBytes);
      this.#isTorn = wasTorn;
    } catch {
      return;
    }
  }

  async #closeFile(): Promise<void> {
    try {
      await this.#handle?.sync();
      await this.#handle?.close();
    } catch (error) {
      this.#lose(0, error);
    }
  }

  #refuse(code: StorageErrorCode, why: string, cause?: unknown): void {
    this.#lose(1, new StorageError(code, `the journal ${this.#path} ${why}`, { cause }));
  }

  #lose(lines: number, error: unknown): void {
    this.#lostLines += lines;
    this.#options.onLoss({ lines, totalLines: this.#lostLines, error: writeError(this.#path, error) });
  }
}

const nextPart = (folder: string): number => (fullJournalParts(folder).at(-1)?.part ?? 0) + 1;

interface FileEnd {
  readonly part: number;
  readonly length: number;
  readonly isTorn: boolean;
}

const NEWLINE = Buffer.from('\n');

async function endOf(handle: FileHandle): Promise<Omit<FileEnd, 'part'>> {
  const { size } = await handle.stat();
  if (size === 0) return { length: 0, isTorn: false };
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return { length: size, isTorn: buffer[0] !== NEWLINE[0] };
}

/** @throws {TypeError} when `entry` is no JSON */
function lineOf(entry: object): Buffer {
  const text = JSON.stringify(entry) as string | undefined;
  if (text === undefined) throw new TypeError('it has no JSON text');
  return Buffer.from(`${text}\n`);
}
