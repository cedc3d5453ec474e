import type { FaultKind, SimulationReport } from '@lockstep/simulation';

/** Failed runs that the summary of continuous integration names; the others count. */
const MOST_NAMED = 50;

/** The command that repeats a run exactly, and says what happens in it. */
export function replayCommand(seed: number, faults?: readonly FaultKind[]): string {
  const only = faults === undefined ? '' : ` --faults ${faults.join(',')}`;
  return `npm run simulate -- --seed ${seed}${only} --trace`;
}

/** Adds up what became of many simulated runs. */
export class Tally {
  #seeds = 0;
  readonly #failed: SimulationReport[] = [];
  #commits = 0;
  #terms = 0;
  #virtualSeconds = 0;
  readonly #faults = new Map<string, number>();
  readonly #only: readonly FaultKind[] | undefined;

  /** @param only the kinds of fault that happen, where not the seed chooses */
  constructor(only?: readonly FaultKind[]) {
    this.#only = only;
  }

  add(report: SimulationReport): void {
    this.#seeds++;
    this.#commits += report.commits;
    this.#terms += report.terms;
    this.#virtualSeconds += report.virtualSeconds;
    if (report.failures.length > 0) this.#failed.push(report);
    for (const [kind, count] of Object.entries(report.faults)) {
      this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + count);
    }
  }

  get seeds(): number {
    return this.#seeds;
  }

  get failed(): number {
    return this.#failed.length;
  }

  /** @param seconds that the runs took, of one core and by the clock */
  summary(seconds: { readonly cpu: number; readonly clock: number }): string {
    const rate = (perSeconds: number): string => ((this.#seeds / perSeconds) * 60).toFixed(0);
    const faults = [...this.#faults].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const total = faults.reduce((sum, [, count]) => sum + count, 0);
    return [
      `${this.#seeds} seeds, ${this.#failed.length} failed; ${rate(seconds.cpu)} seeds a minute of one core, ` +
        `${rate(seconds.clock)} by the clock`,
      `${this.#commits} steps committed in ${this.#terms} starts of a coordinator, ` +
        `${(this.#virtualSeconds / 3600).toFixed(1)} virtual hours`,
      `${total} faults of ${faults.length} kinds:`,
      ...faults.map(([kind, count]) => `  ${String(count).padStart(8)} ${kind}`),
    ].join('\n');
  }

  /** Counts as tools/ci adds them up: the fields of a test runner's JSON report that it reads. */
  results(): object {
    const assertionResults = this.#failed.slice(0, MOST_NAMED).map(({ seed, failures }) => ({
      fullName: `seed ${seed}: ${failures[0]} (repeat it: ${replayCommand(seed, this.#only)})`,
      status: 'failed',
    }));
    const isPassed = this.#failed.length === 0;
    return {
      numPassedTests: isPassed ? 1 : 0,
      numFailedTests: assertionResults.length,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [
        {
          name: 'simulation',
          status: isPassed ? 'passed' : 'failed',
          message: '',
          assertionResults: isPassed
            ? [{ fullName: `${this.#seeds} simulated runs end as they should`, status: 'passed' }]
            : assertionResults,
        },
      ],
    };
  }
}
