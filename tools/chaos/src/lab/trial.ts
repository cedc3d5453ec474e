import { readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeCheckpoint } from '@lockstep/checkpoint';
import { checkJournal, type JournalEntry } from '@lockstep/journal';
import { JournalTail } from './journal-tail.ts';
import type { Lab } from './lab.ts';
import { oracle } from './oracle.ts';
import type { JsonLine, Running, RunningOptions } from './running.ts';
import type { ToxicProxy } from './toxic-proxy.ts';
import { must, mustEqual, until } from './wait.ts';

/** Steps that a run must have made before a fault counts. */
const STEPS_BEFORE_FAULT = 20;
/** Steps of the last start, which takes the run to its end. */
const LAST_STEPS = 20;
/** What the coordinator may grow by, whatever is done to it. */
const MOST_GROWTH_BYTES = 64 * 1024 * 1024;
/** Files that may come and go: a checkpoint, the journal, a connection that is closing. */
const FILES_IN_PASSING = 4;
/** The last connections of a fault may still be closing. */
const FILES_BACK_MS = 10_000;
/** One way through a proxy: keeps steps slow enough to be met in the middle, on any machine. */
const LINE_MS = 4;

export interface TrialOptions {
  /** The run's settings; a small run when left out. */
  readonly run?: readonly string[];
  /** Further settings of the coordinator. */
  readonly settings?: readonly string[];
  /** Of the coordinator's process. */
  readonly process?: RunningOptions;
  /** Of the workers' processes. */
  readonly workerProcess?: RunningOptions;
  /** Names of workers, each behind a proxy of its own. */
  readonly workers?: readonly string[];
  /** Where the run keeps its files. */
  readonly folder?: string;
  /** Milliseconds one way through the proxies; a little when left out. */
  readonly lineMs?: number;
}

export interface FinishOptions {
  /** Steps to make after the stop. */
  readonly lastSteps?: number;
  /** Whether the journal can be checked: a full disk loses lines of it. */
  readonly hasWholeJournal?: boolean;
}

/** A worker's process, and the proxy it connects through. */
export interface Hand {
  readonly running: Running;
  readonly proxy: ToxicProxy;
}

/** A run with real processes, from its start, through a fault, to its end and the proof that nothing was lost. */
export class Trial {
  readonly lab: Lab;
  readonly folder: string;
  readonly journal: JournalTail;
  readonly workers = new Map<string, Hand>();
  readonly #run: readonly string[];
  readonly #options: TrialOptions;
  readonly #starts: Running[] = [];
  #port = 0;
  #baseline:
    { readonly coordinator: Running; readonly files: number; readonly growth: () => number } | undefined;

  private constructor(lab: Lab, options: TrialOptions) {
    this.lab = lab;
    this.#options = options;
    this.#run = options.run ?? lab.smallRun();
    this.folder = options.folder ?? path.join(lab.folder, 'run');
    this.journal = new JournalTail(this.folder);
  }

  /** A coordinator with workers, all joined and at work. */
  static async start(lab: Lab, options: TrialOptions = {}): Promise<Trial> {
    const trial = new Trial(lab, options);
    const names = options.workers ?? ['one', 'two', 'three'];
    await trial.begin(['--max-steps', '1000000', '--min-workers', String(Math.max(1, names.length))]);
    await Promise.all(names.map((name) => trial.addWorker(name)));
    return trial;
  }

  /** The newest start of the coordinator. */
  get coordinator(): Running {
    return this.#starts.at(-1)!;
  }

  get port(): number {
    return this.#port;
  }

  /** Starts the coordinator, at the port it had before; resolves when workers can join. */
  async begin(args: readonly string[], options: RunningOptions = {}): Promise<Running> {
    const common = ['coordinator', '--format', 'json', '--out', this.folder, '--port', String(this.#port)];
    const { settings = [], process: processOptions = {} } = this.#options;
    const running = this.lab.lockstep([...common, ...this.#run, ...settings, ...args], {
      ...processOptions,
      ...options,
    });
    this.#starts.push(running);
    const [, url] = await running.said(/ worker (ws:\S+)/);
    this.#port = Number(new URL(url!).port);
    return running;
  }

  /** Goes on from the newest checkpoint. */
  resume(
    args: readonly string[] = ['--max-steps', '1000000'],
    options: RunningOptions = {},
  ): Promise<Running> {
    return this.begin(['--resume', 'auto', ...args], options);
  }

  /** Starts a worker behind a proxy; resolves when it has joined. */
  async addWorker(name: string, latencyMs = this.#options.lineMs): Promise<Hand> {
    const hand = await this.startWorker(name, latencyMs);
    await this.coordinator.line('worker-joined', ({ worker }) => worker === name);
    return hand;
  }

  /** Starts a worker behind a proxy, and lets it join by itself. */
  async startWorker(name: string, latencyMs = this.#options.lineMs ?? LINE_MS): Promise<Hand> {
    const proxy = await this.lab.proxy(() => this.#port);
    proxy.up.latencyMs = latencyMs;
    proxy.down.latencyMs = latencyMs;
    const token = this.#options.process?.env?.['LOCKSTEP_TOKEN'];
    const env: Record<string, string> = token === undefined ? {} : { LOCKSTEP_TOKEN: token };
    const args = ['worker', `ws://127.0.0.1:${proxy.port}`, '--name', name, '--threads', '1'];
    const running = this.lab.lockstep(args, { env, ...this.#options.workerProcess });
    const hand = { running, proxy };
    this.workers.set(name, hand);
    return hand;
  }

  hand(name: string): Hand {
    return this.workers.get(name)!;
  }

  /** The number that the coordinator's journal knows a worker by, in its newest connection. */
  numberOf(name: string): string {
    const joined = this.journal
      .read()
      .findLast((entry) => entry.type === 'worker-in-lobby' && entry['name'] === name);
    must(joined !== undefined, `${name} is not in the journal`);
    return String(joined['worker']);
  }

  /**
   * Resolves when enough steps are committed for a fault to count.
   * @returns how many entries the journal has: those after it are about the fault
   */
  async warm(): Promise<number> {
    await this.journal.steps(STEPS_BEFORE_FAULT);
    this.remember();
    return this.journal.read().length;
  }

  /** From here on the coordinator's memory and open files are compared. */
  remember(): void {
    const { coordinator } = this;
    const memoryBytes = coordinator.memoryBytes();
    let most = memoryBytes;
    const look = setInterval(() => (most = Math.max(most, coordinator.memoryBytes())), 200);
    this.lab.onEnd(() => clearInterval(look));
    this.#baseline = { coordinator, files: this.#filesWithoutWorkers(), growth: () => most - memoryBytes };
  }

  /** Megabytes that the coordinator grew by since `remember`, at most. */
  get growthMegabytes(): number {
    return (this.#baseline?.growth() ?? 0) / 2 ** 20;
  }

  /** Stops the coordinator, takes the run to its end with those who are there, and proves it. @returns committed steps */
  async finish({ lastSteps = LAST_STEPS, hasWholeJournal = true }: FinishOptions = {}): Promise<number> {
    const { coordinator } = this;
    await this.#checkResources();
    coordinator.kill('SIGTERM');
    await coordinator.mustExit(143, 15_000);
    const { step } = coordinator.lines.findLast(({ type }) => type === 'stopped')!;
    const steps = Number(step) + lastSteps;
    const present = String(Math.max(1, this.workers.size));
    const last = await this.resume(['--max-steps', String(steps), '--min-workers', present]);
    await last.mustExit(0);
    for (const { running } of this.workers.values()) await running.mustExit(0, 45_000);
    await this.#verify(last.lines.at(-1)!, steps, hasWholeJournal);
    return steps;
  }

  /** The run ended with `finished`: it has the single process's weights, and a journal without a fault. */
  async #verify(finished: JsonLine, steps: number, hasWholeJournal: boolean): Promise<void> {
    mustEqual([finished.type, finished['step']], ['finished', steps], 'the end of the run');
    const weightsSha256 = await oracle(this.lab, this.#run, steps);
    mustEqual(finished['weightsSha256'], weightsSha256, 'the weights of the run');
    const { weights } = decodeCheckpoint(readFileSync(String(finished['checkpoint'])));
    must(weights.every(Number.isFinite), 'the weights are not finite');
    const { violations } = checkJournal(hasWholeJournal ? this.journal.read() : [], { weightsSha256 });
    must(
      violations.length === 0,
      `the journal: ${violations.map(({ invariant, text }) => `${invariant} ${text}`).join('; ')}`,
    );
    for (const { stderr } of this.#starts) {
      must(
        !/unexpected|Unhandled|Warning:/.test(stderr),
        `the coordinator complained: ${stderr.slice(-400)}`,
      );
    }
  }

  /** Entries of the journal from index `from` on, of one kind. */
  entriesOf(type: string, from = 0): readonly JournalEntry[] {
    return this.journal
      .read()
      .slice(from)
      .filter((entry) => entry.type === type);
  }

  async #checkResources(): Promise<void> {
    // A coordinator that was started again since has nothing of what was compared.
    if (this.#baseline?.coordinator !== this.coordinator || !this.coordinator.isRunning) return;
    const { files, growth } = this.#baseline;
    const isBack = (): boolean => this.#filesWithoutWorkers() - files <= FILES_IN_PASSING;
    await until('the coordinator to close its files', isBack, FILES_BACK_MS);
    must(growth() <= MOST_GROWTH_BYTES, `the coordinator grew by ${Math.round(this.growthMegabytes)} MB`);
  }

  #filesWithoutWorkers(): number {
    const counts = this.coordinator.lines.flatMap(({ type, workers }) =>
      type === 'worker-joined' || type === 'worker-left' ? [Number(workers)] : [],
    );
    return this.coordinator.openFiles() - (counts.at(-1) ?? 0);
  }
}
