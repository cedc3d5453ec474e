import type { RunNotice } from '@lockstep/metrics';
import type { CheckpointStore } from './run-setup.ts';

/** Where the weights lie that a run ended with. */
export interface LastCheckpoint {
  /** null when no place took them. */
  readonly checkpoint: string | null;
  /** Why they are not where they belong, for people; left out when they are. */
  readonly unsaved?: string;
}

/** What a run does at its end when its folder takes no checkpoint. */
export interface LastResort {
  /** Other places for it, in the order in which they are asked. */
  readonly spares: readonly CheckpointStore[];
  sleep(millis: number): Promise<void>;
  /** Resolves when somebody wants the end of a run that ended by itself: nothing is waited for any more. */
  readonly hurry: Promise<unknown>;
}

/**
 * Milliseconds between the tries in the place where it belongs, before another is taken. Whoever interrupts a run may end it by force
 * after ten seconds; nobody is in a hurry when it ends by itself.
 */
const TRIES_WHEN_INTERRUPTED = [500, 1000, 2000];
const TRIES_AT_THE_END = [500, 1000, 2000, 4000, 8000];
/** Where no place takes them, all are asked again: the weights are nowhere but in memory. */
const LAST_TRIES_AT_THE_END = [5000, 10_000, 20_000, 40_000, 60_000, 60_000, 120_000, 240_000];

export interface LastSave {
  /** Committed steps. */
  readonly step: number;
  readonly isInterrupted: boolean;
  readonly store: CheckpointStore;
  readonly lastResort: LastResort;
  /** Writes the checkpoint to a store; rejects with an error for people. */
  write(store: CheckpointStore): Promise<string>;
  notify(notice: RunNotice): void;
  /** Failures of this run so far, this one among them. */
  countFailure(): number;
}

/**
 * Keeps the weights of a run's end: in its folder, tried again and again for a while; else in the first spare place that takes them.
 * Never rejects.
 */
export async function saveLast(save: LastSave): Promise<LastCheckpoint> {
  const { store, lastResort, isInterrupted } = save;
  const patience = new Patience(lastResort, isInterrupted);
  const tries = isInterrupted ? TRIES_WHEN_INTERRUPTED : TRIES_AT_THE_END;
  const first = await tryAll(save, patience, [store], tries);
  if ('file' in first) return { checkpoint: first.file };
  if (first.isOfAnother) return { checkpoint: null, unsaved: first.error };
  const spare = await tryAll(save, patience, lastResort.spares, []);
  if ('file' in spare) return { checkpoint: spare.file, unsaved: first.error };
  const lastTries = isInterrupted ? [] : LAST_TRIES_AT_THE_END;
  const last = await tryAll(save, patience, [store, ...lastResort.spares], lastTries);
  if ('error' in last) return { checkpoint: null, unsaved: last.error };
  return { checkpoint: last.file, ...(last.store === store ? {} : { unsaved: first.error }) };
}

/** Waits between tries, until somebody is in a hurry; whoever interrupted the run is in none, or ends it by force. */
class Patience {
  readonly #lastResort: LastResort;
  readonly #hurry: Promise<unknown> | undefined;
  #isOver = false;

  constructor(lastResort: LastResort, isInterrupted: boolean) {
    this.#lastResort = lastResort;
    this.#hurry = isInterrupted ? undefined : lastResort.hurry.then(() => (this.#isOver = true));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async wait(millis: number): Promise<void> {
    const sleep = this.#lastResort.sleep(millis);
    await (this.#hurry === undefined ? sleep : Promise.race([sleep, this.#hurry]));
  }
}

type Outcome =
  | { readonly file: string; readonly store: CheckpointStore }
  /** `isOfAnother`: somebody else goes on with the run, and has its weights. */
  | { readonly error: string; readonly isOfAnother?: boolean };

/** Whether a store refuses since its folder was taken over: no time and no other place changes that. */
const isTakenOver = (error: unknown): boolean => (error as { readonly code?: unknown }).code === 'lock-lost';

/** Asks each of `stores`, and all of them again after each of `delays`. */
async function tryAll(
  { step, write, notify, countFailure }: LastSave,
  patience: Patience,
  stores: readonly CheckpointStore[],
  delays: readonly number[],
): Promise<Outcome> {
  for (let round = 0; ; round++) {
    const errors: string[] = [];
    for (const store of stores) {
      try {
        return { file: await write(store), store };
      } catch (error) {
        if (isTakenOver(error)) return { error: (error as Error).message, isOfAnother: true };
        errors.push((error as Error).message);
      }
    }
    const error = errors.join('; ');
    const retryMillis = patience.isOver ? undefined : delays[round];
    if (errors.length > 0) {
      const again = retryMillis === undefined ? {} : { retryMillis };
      notify({ type: 'checkpoint-failed', step, failures: countFailure(), error, isLast: true, ...again });
    }
    if (retryMillis === undefined) return { error };
    await patience.wait(retryMillis);
  }
}
