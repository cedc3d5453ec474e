import type { JournalEntry } from '@lockstep/journal';
import { millisBetween, stepMillis } from './journal-tail.ts';
import type { Trial } from './trial.ts';
import { median, must } from './wait.ts';

interface LeaseNote {
  readonly worker: string;
  readonly firstLeaf: number;
  readonly leafCount: number;
}

export const leasesOf = (entry: JournalEntry): readonly LeaseNote[] =>
  entry.type === 'spans-leased' ? (entry['leases'] as readonly LeaseNote[]) : [];

/** What `worker` was given of the step in flight and has not answered, as the entries up to `end` tell. */
function outstanding(entries: readonly JournalEntry[], worker: string, end = entries.length): LeaseNote[] {
  const start = entries.slice(0, end).findLastIndex(({ type }) => type === 'step-committed') + 1;
  const own = entries
    .slice(start, end)
    .flatMap(leasesOf)
    .filter((lease) => lease.worker === worker);
  const answered = entries
    .slice(start, end)
    .filter((entry) => entry.type === 'verdict' && entry['worker'] === worker)
    .map((entry) => (entry['span'] as LeaseNote).firstLeaf);
  return own.filter(({ firstLeaf }) => !answered.includes(firstLeaf));
}

export interface Loss {
  /** Index of the `worker-lost` entry. */
  readonly index: number;
  readonly lost: JournalEntry;
  /** Milliseconds from the loss to the lease of its last span to somebody else; 0 when it held none. */
  readonly millisToLease: number;
  readonly spans: number;
}

/** The loss of the worker numbered `worker`, told after entry `from`, and how soon its spans were leased again. */
export async function lossOf(trial: Trial, worker: string, from: number, timeoutMs = 30_000): Promise<Loss> {
  const isLoss = (entry: JournalEntry): boolean => entry.type === 'worker-lost' && entry['worker'] === worker;
  const lost = await trial.journal.entry(`the loss of worker ${worker}`, isLoss, { from, timeoutMs });
  const index = trial.journal.entries.indexOf(lost);
  const held = outstanding(trial.journal.entries, worker, index);
  let millisToLease = 0;
  for (const { firstLeaf, leafCount } of held) {
    const isAgain = (entry: JournalEntry): boolean =>
      leasesOf(entry).some(
        (lease) => lease.firstLeaf >= firstLeaf && lease.firstLeaf < firstLeaf + leafCount,
      );
    // A second holder may have had it already: then the step is committed without a further lease.
    const isOver = (entry: JournalEntry): boolean => entry.type === 'step-committed';
    const next = await trial.journal.entry('its next lease', (entry) => isAgain(entry) || isOver(entry), {
      from: index,
    });
    millisToLease = Math.max(millisToLease, millisBetween(lost, next));
  }
  return { index, lost, millisToLease, spans: held.length };
}

/** The middle of the times between the commits of `count` steps from entry `from` on. */
export async function paceOf(
  trial: Trial,
  count: number,
  from = trial.journal.read().length,
): Promise<number> {
  await trial.journal.steps(count + 1, from);
  return median(stepMillis(trial.journal.entries.slice(from)).slice(0, count));
}

/** Steps while something was going on, and how much longer they took than before or after it, whichever took longer. */
export interface Slowdown {
  /** Milliseconds a step. */
  readonly usual: number;
  readonly during: number;
  readonly ratio: number;
}

/**
 * How much `fault` slows a step down: what else the machine does changes, so the steps on both sides of it count.
 * @param fault gives the milliseconds of a step while it lasts
 * @param look at so many stretches of `count` steps before, and after
 */
export async function slowdownOf(
  trial: Trial,
  { count, stretches = 1 }: { readonly count: number; readonly stretches?: number },
  fault: () => Promise<number>,
): Promise<Slowdown> {
  const before = await bestPaceOf(trial, count, stretches);
  const during = await fault();
  const usual = Math.max(before, await bestPaceOf(trial, count, stretches));
  return { usual, during, ratio: during / usual };
}

/** The fastest of some stretches of `count` steps: what the machine does besides can only slow them down. */
export async function bestPaceOf(trial: Trial, count: number, stretches: number): Promise<number> {
  let best = Infinity;
  for (let stretch = 0; stretch < stretches; stretch++) best = Math.min(best, await paceOf(trial, count));
  return best;
}

/**
 * Invariant I5: within 5 s of healing there are 80 % of the steps a second that are to be expected of the workers left, which
 * is their share of the steps before.
 */
export function mustKeepPace(
  before: number,
  after: number,
  workersBefore: number,
  workersLeft: number,
): void {
  const allowed = (before / 0.8) * (workersBefore / workersLeft);
  must(
    after <= allowed,
    `a step takes ${after.toFixed(1)} ms, was ${before.toFixed(1)} ms with ${workersBefore} workers`,
  );
}
