import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { launcher } from './paths.ts';
import { must, RowFailure, until } from './wait.ts';

/** One JSON line of `--format json`. */
export interface JsonLine {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface RunningOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** For Node itself, before the script. */
  readonly nodeArgs?: readonly string[];
  /** A command that starts the process: `['unshare', '-m']`, `['prlimit', '--fsize=1000']`. */
  readonly prefix?: readonly string[];
}

/** A `lockstep` command that runs, and what it has printed. */
export class Running {
  readonly child: ChildProcess;
  readonly args: readonly string[];
  stdout = '';
  stderr = '';
  /** The exit status, or the name of the signal that ended it. */
  readonly exit: Promise<number | string>;
  /** Milliseconds of this process's clock, once it ended. */
  endedAt: number | undefined;

  constructor(args: readonly string[], { env = {}, nodeArgs = [], prefix = [] }: RunningOptions = {}) {
    this.args = args;
    const [command, ...rest] = [...prefix, process.execPath, ...nodeArgs, launcher, ...args];
    this.child = spawn(command!, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Faults of the wire are of no use where frames do not take it; nobody is waited for at the end of a run.
      env: { ...cleanEnvironment(), LOCKSTEP_SHARED_MEMORY: 'off', LOCKSTEP_LINGER: '0', ...env },
    });
    this.child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exit = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', () => (this.endedAt = performance.now()));
      this.child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    this.exit.catch(() => undefined);
  }

  get pid(): number {
    return this.child.pid!;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Stops it where it is, until SIGCONT: once this resolves, none of its threads does anything. */
  async stop(): Promise<void> {
    this.kill('SIGSTOP');
    const tasks = `/proc/${this.pid}/task`;
    const isStopped = (id: string): boolean =>
      /^State:\s+T/m.test(readFileSync(`${tasks}/${id}/status`, 'utf8'));
    await until(`the stop of ${this.args[0]}`, () => readdirSync(tasks).every(isStopped));
  }

  /** The lines of `--format json` so far. */
  get lines(): readonly JsonLine[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as JsonLine);
  }

  /** The first JSON line that `matches`, once it is there. */
  line(
    type: string,
    matches: (line: JsonLine) => boolean = () => true,
    timeoutMs?: number,
  ): Promise<JsonLine> {
    const find = (): JsonLine | undefined => this.lines.find((line) => line.type === type && matches(line));
    return this.#whileRunning(`a "${type}" line of ${this.args[0]}`, find, timeoutMs);
  }

  /** What `pattern` finds on standard error, once it is there. */
  said(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    return this.#whileRunning(
      `${pattern.source} from ${this.args[0]}`,
      () => pattern.exec(this.stderr) ?? undefined,
      timeoutMs,
    );
  }

  /** @throws {RowFailure} unless it ends with `status` */
  async mustExit(status: number | string, timeoutMs = 60_000): Promise<void> {
    const exit = await until(
      `the end of ${this.args[0]}`,
      () => (this.isRunning ? undefined : this.exit),
      timeoutMs,
    ).catch((error: unknown) => {
      throw new RowFailure(`${(error as Error).message}, which said ${this.tail()}`);
    });
    must(exit === status, `${this.args[0]} ended with ${exit}, expected ${status}: ${this.tail()}`);
  }

  /** The end of what it printed, for people. */
  tail(): string {
    return `${this.stderr}${this.stdout}`.trim().slice(-600);
  }

  /** Resident memory, bytes; 0 of a process that is gone. */
  memoryBytes(): number {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      return 0;
    }
  }

  openFiles(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  #whileRunning<T>(what: string, find: () => T | undefined, timeoutMs?: number): Promise<T> {
    return until(
      what,
      () => {
        const found = find();
        if (found === undefined && !this.isRunning && this.endedAt! + 500 < performance.now()) {
          throw new RowFailure(`${this.args[0]} ended before ${what}: ${this.tail()}`);
        }
        return found;
      },
      timeoutMs,
    );
  }
}

/** This process's environment without settings of Lockstep's own. */
function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('LOCKSTEP_'));
  return Object.fromEntries(entries) as Record<string, string>;
}
