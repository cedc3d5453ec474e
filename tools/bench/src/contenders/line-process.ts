import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { BenchError } from '../bench-error.ts';

/** A program that answers each line of its standard input with a line of JSON on its standard output. */
export class LineProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #name: string;
  readonly #lines: string[] = [];
  #waiting: { resolve(line: string): void; reject(error: Error): void } | undefined;
  #failure: BenchError | undefined;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#name = [command, ...args.slice(0, 1)].join(' ');
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (this.#waiting === undefined) this.#lines.push(line);
      else this.#waiting.resolve(line);
      this.#waiting = undefined;
    });
    // Writing to a program that has ended fails; its exit says why.
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => this.#fail(error.message));
    this.#child.on('close', (code, signal) => this.#fail(`it ended with ${signal ?? `status ${code}`}`));
    process.once('exit', () => this.close());
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks, when there is something to ask, and waits for the answer. @throws {BenchError} `contender-failed` */
  async answer(request?: string): Promise<Record<string, unknown>> {
    if (request !== undefined) {
      this.#child.kill('SIGCONT');
      this.#child.stdin.write(`${request}\n`);
    }
    const line = this.#lines.shift() ?? (await this.#nextLine());
    return JSON.parse(line) as Record<string, unknown>;
  }

  /** Keeps the program from running until it is asked again: threads of PyTorch's that wait actively take a core each. */
  rest(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Ends the program. */
  close(): void {
    this.#child.kill('SIGKILL');
  }

  #nextLine(): Promise<string> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  #fail(detail: string): void {
    this.#failure ??= new BenchError('contender-failed', `${this.#name}: ${detail}`);
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }
}
