import { createBackend } from '@lockstep/math';
import { widthsOf } from '@lockstep/nn';
import {
  backoffDelayMs,
  openChannel,
  WorkerClient,
  type Channel,
  type ClientNotice,
  type WorkerEnd,
} from '@lockstep/transport';
import { BACKEND_PROOF, PROOF_HEAP_BYTES, proveBackend } from '@lockstep/worker';
import type { ComputeMessage, PageMessage } from '../messages.ts';
import { canShare, startBrowserTeam } from './browser-team.ts';
import { engineName } from './engine-name.ts';
import { keptAwake } from './kept-awake.ts';
import { measureParallelism, shareOf } from './parallelism.ts';
import { ProgressMeter } from './progress-meter.ts';
import { RestingTeam } from './resting-team.ts';
import { seatedName, takeSeat } from './seat.ts';
import { Spinners } from './spin.ts';
import { activityOf, describeEnd } from './words.ts';

type Start = Extract<PageMessage, { type: 'start' }>;

/** A measurement takes half a second; a tab does not wait for ever for threads that do not come. */
const MEASURING_DEADLINE_MS = 10_000;

/** What is given where nothing could be measured. */
const oneAfterAll = (): Promise<number> =>
  new Promise((resolve) => setTimeout(() => resolve(1), MEASURING_DEADLINE_MS));

/** A volunteer's worker, in the Web Worker that has the socket: proves its backend, joins, works until the run is over or it leaves. */
export class Volunteer {
  readonly #start: Start;
  readonly #tell: (message: ComputeMessage) => void;
  readonly #meter: ProgressMeter;
  readonly #leaving = new AbortController();
  #budget: number;
  #client: WorkerClient | undefined;
  /** Ends the wait before the next try. */
  #wake = new AbortController();
  #isStandingBy = false;
  #wasWelcome = false;
  #threads = 1;

  constructor(start: Start, tell: (message: ComputeMessage) => void) {
    this.#start = start;
    this.#tell = tell;
    this.#budget = start.budget;
    this.#meter = new ProgressMeter((progress) => tell({ type: 'progress', ...progress }));
  }

  /** The part of the time that its threads may be busy, from the next span on. */
  setBudget(budget: number): void {
    this.#budget = budget;
  }

  onLine(line: 'back' | 'dead'): void {
    if (line === 'dead') this.#client?.abandon();
    else this.#wake.abort();
  }

  /** Hands back what it holds and says goodbye. */
  leave(reason: string): void {
    this.#tell({ type: 'activity', activity: 'leaving', text: 'Leaving.' });
    this.#leaving.abort();
    this.#wake.abort();
    this.#client?.leave(reason);
  }

  /** The last thing it tells is `ended`. */
  async run(): Promise<void> {
    const tell = this.#tell;
    const { url, token, name, recentStarts } = this.#start;
    tell({
      type: 'activity',
      activity: 'proving',
      text: 'Checking that this browser computes the same bits.',
    });
    const { backend } = await keptAwake(
      createBackend('auto', { heapBytes: PROOF_HEAP_BYTES, proof: BACKEND_PROOF }),
    );
    const goldenDigest = proveBackend(backend);
    tell({ type: 'proved', goldenDigest, backend: backend.description });
    const threads = (this.#threads = await this.#threadsToGive());
    tell({ type: 'activity', activity: 'connecting', text: 'Connecting.' });
    // A page that is loaded over and over must not be a burden to the coordinator.
    if (recentStarts > 0) await this.#sleep(backoffDelayMs(recentStarts - 1, Math.random));
    const seat = await takeSeat((navigator as { readonly locks?: LockManager }).locks);
    if (this.#leaving.signal.aborted) return this.#end({ type: 'left' });
    this.#client = new WorkerClient({
      identity: {
        ...{ name: seatedName(name, seat), kind: 'tab', threads, goldenDigest },
        engine: engineName(navigator.userAgent),
        backend: backend.description,
        ...(token === undefined ? {} : { token }),
      },
      createTeam: async (config) =>
        new RestingTeam(await startBrowserTeam(config, backend.name, threads), {
          now: () => performance.now(),
          sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
          budget: () => this.#budget,
        }),
      now: () => performance.now() * 1000,
      random: Math.random,
      sleep: (delayMs) => this.#sleep(delayMs),
      every(millis, action) {
        const timer = setInterval(action, millis);
        return () => clearInterval(timer);
      },
      connect: () => connect(url, this.#leaving.signal),
      notify: (notice) => this.#onNotice(notice),
    });
    this.#end(await this.#client.run());
  }

  /** Those that the person chose, else half of the processors that a short measurement finds. */
  async #threadsToGive(): Promise<number> {
    const { threads: chosen, processors: claimed } = this.#start;
    if (chosen !== undefined) return chosen;
    const text = 'Measuring how much this browser computes.';
    this.#tell({ type: 'activity', activity: 'proving', text });
    const spinners = new Spinners();
    try {
      const measuring = measureParallelism(claimed, (count) => spinners.rateOf(count));
      const processors = await keptAwake(Promise.race([measuring, oneAfterAll()]));
      const threads = shareOf(processors);
      this.#tell({ type: 'measured', processors, threads });
      return threads;
    } finally {
      spinners.end();
    }
  }

  #onNotice(notice: ClientNotice): void {
    if (notice.type === 'welcomed') {
      this.#wasWelcome = true;
      const { run, worker, config } = notice;
      const sizes = widthsOf(config.model);
      this.#tell({
        type: 'joined',
        run,
        worker: String(worker),
        sizes,
        threads: this.#threads,
        isShared: canShare(),
      });
    }
    if (notice.type === 'standby') this.#isStandingBy = true;
    if (notice.type === 'span-computed') {
      this.#meter.onSpan(notice);
      if (notice.purpose === 'step' && this.#isStandingBy) {
        this.#isStandingBy = false;
        this.#tell({ type: 'activity', activity: 'computing', text: 'Computing.' });
      }
    }
    const activity = activityOf(notice);
    if (activity !== undefined) this.#tell({ type: 'activity', ...activity });
  }

  #end(end: WorkerEnd): void {
    this.#meter.flush();
    const { kind, text } = describeEnd(end, {
      hasToken: this.#start.token !== undefined,
      wasWelcome: this.#wasWelcome,
    });
    if (end.type !== 'finished') return this.#tell({ type: 'ended', kind, text });
    const { step, weightsSha256 } = end.finished;
    this.#tell({ type: 'ended', kind, text, result: { step, weightsSha256 } });
  }

  /** Resolves after `delayMs`, or when the line is back, or when it leaves. */
  #sleep(delayMs: number): Promise<void> {
    this.#wake = new AbortController();
    const { signal } = this.#wake;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** A connection that is still being made when the volunteer leaves is given up. */
async function connect(url: string, leaving: AbortSignal): Promise<Channel> {
  const socket = new WebSocket(url);
  const giveUp = (): void => socket.close();
  leaving.addEventListener('abort', giveUp);
  try {
    return await openChannel(socket);
  } finally {
    leaving.removeEventListener('abort', giveUp);
  }
}
