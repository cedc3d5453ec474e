import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const LAUNCHER = fileURLToPath(new URL('../../../../bin/lockstep.mjs', import.meta.url));

/** A program and its arguments. */
type Command = readonly [program: string, ...args: string[]];

/** One JSON line of `--format json`. */
export interface JsonLine {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface ProcessOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

export interface RunningOptions extends ProcessOptions {
  /** A program that runs what is appended to these arguments. */
  readonly within?: readonly string[];
  /** Flags of Node's. */
  readonly nodeArgs?: readonly string[];
  /** Of another build than this folder's. */
  readonly launcher?: string;
}

/** A program that runs, a `lockstep` command in most cases, and what it has printed. */
export class Running {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  /** The exit status, or the name of the signal that ended it. */
  readonly exit: Promise<number | string>;
  readonly #watchers = new Set<() => void>();

  constructor([program, ...args]: Command, options: ProcessOptions) {
    this.child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.cwd,
      // Nobody is waited for at the end of a run, where that is not what is looked at.
      env: { ...cleanEnvironment(), LOCKSTEP_LINGER: '0', ...options.env },
    });
    this.child.stdout!.on('data', (chunk: Buffer) => this.#add('stdout', chunk));
    this.child.stderr!.on('data', (chunk: Buffer) => this.#add('stderr', chunk));
    this.exit = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        resolve(code ?? signal ?? 'unknown');
        this.#notify();
      });
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The lines of `--format json` so far. */
  get lines(): readonly JsonLine[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JsonLine);
  }

  /** Resolves with what `find` gives, as soon as the output lets it give something. Rejects when the process ends first. */
  async until<T>(find: (running: this) => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find(this);
      if (found !== undefined && found !== false) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`it ended before that: ${this.stdout}\n${this.stderr}`);
      }
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve);
      });
    }
  }

  /** The first JSON line that `matches`, once it is there. */
  line(type: string, matches: (line: JsonLine) => boolean = () => true): Promise<JsonLine> {
    return this.until(() => this.lines.find((line) => line.type === type && matches(line)));
  }

  /** The result of a run that must end well. */
  async finished(): Promise<JsonLine> {
    const exit = await this.exit;
    const last = this.lines.at(-1);
    if (exit !== 0 || last?.type !== 'finished')
      throw new Error(`exit ${exit}: ${this.stdout}\n${this.stderr}`);
    return last;
  }

  #add(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this[stream] += chunk.toString();
    this.#notify();
  }

  #notify(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const wake of watchers) wake();
  }
}

/** The environment of the tests without settings of Lockstep's own. */
function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('LOCKSTEP_') && name !== 'VITEST',
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

const started: Running[] = [];
const folders: string[] = [];

/** Starts a program; what is left of it is killed after the test. */
export function start(command: Command, options: ProcessOptions = {}): Running {
  const running = new Running(command, options);
  started.push(running);
  return running;
}

/** Starts `lockstep ARGS`; as `start`. */
export function lockstep(args: readonly string[], options: RunningOptions = {}): Running {
  const { within = [], nodeArgs = [], launcher = LAUNCHER, ...others } = options;
  const [program = process.execPath, ...rest] = [...within, process.execPath, ...nodeArgs, launcher, ...args];
  return start([program, ...rest], others);
}

/** A folder of the test's own, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-e2e-'));
  folders.push(folder);
  return folder;
}

/** `lockstep train --format json` with a folder of its own, to its end. */
export const trained = (...args: readonly string[]): Promise<JsonLine> =>
  lockstep([
    'train',
    '--format',
    'json',
    '--port',
    '0',
    '--out',
    join(temporaryFolder(), 'run'),
    ...args,
  ]).finished();

/** A coordinator on a free port, once workers can join it. */
export async function coordinator(
  args: readonly string[],
  options: { readonly env?: Record<string, string> } = {},
): Promise<{ readonly running: Running; readonly url: string }> {
  const running = lockstep(['coordinator', '--format', 'json', '--port', '0', ...args], options);
  const url = await running.until(({ stderr }) => / worker (ws:\S+)/.exec(stderr)?.[1]);
  return { running, url };
}

/** Whether a process is there, zombies left out. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

afterEach(async () => {
  for (const running of started.splice(0)) {
    if (running.child.exitCode === null && running.child.signalCode === null) running.child.kill('SIGKILL');
    await running.exit;
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
