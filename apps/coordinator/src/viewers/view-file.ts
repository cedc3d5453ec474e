import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRunMemory, type RunMemory, type RunView } from '@lockstep/metrics';
import { writeFileAtomically, type FileSystem } from '@lockstep/storage';

const NAME = 'view.json';
/** How often it is written while the run goes on: a coordinator that is killed loses no more of what was seen. */
const EVERY_MS = 5000;

export interface ViewFileSetup {
  readonly folder: string;
  /** To write it with; Node's when left out. */
  readonly files?: FileSystem;
  readonly view: RunView;
  /** Milliseconds since the Unix epoch. */
  now(): number;
  warn(text: string): void;
}

/** Keeps what people watched of a run in its folder, for the next coordinator, and for whoever looks at it later. */
export class ViewFile {
  readonly #setup: ViewFileSetup;
  #writing: Promise<void> | undefined;
  #hasWarned = false;
  readonly #timer: NodeJS.Timeout;

  constructor(setup: ViewFileSetup) {
    this.#setup = setup;
    this.#timer = setInterval(() => void this.save(), EVERY_MS).unref();
  }

  /** Writes it, unless it is being written. Never rejects: a run does not depend on it. */
  save(): Promise<void> {
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  /** Writes it a last time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.save();
  }

  async #write(): Promise<void> {
    const { folder, files, view, now, warn } = this.#setup;
    const memory = view.remember(now());
    if (memory === undefined) return;
    try {
      await writeFileAtomically(join(folder, NAME), new TextEncoder().encode(JSON.stringify(memory)), files);
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      warn(`what the dashboard shows is not kept: ${(error as Error).message}`);
    }
  }
}

/** What was kept of the run in `folder`; undefined when nothing was. @throws {Error} when it cannot be read */
export function readViewFile(folder: string): RunMemory | undefined {
  const path = join(folder, NAME);
  let text: string;
  try {
    text = new TextDecoder().decode(readFileSync(path)); // without a byte-order mark
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return parseRunMemory(text);
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
