import { numberOf, textOf, type JournalEntry } from './entry.ts';
import { RefusalRecord } from './refusal-record.ts';
import { StepRecord } from './step-record.ts';

/** Something a journal says that cannot have happened to a sound run. */
export interface Violation {
  /** Which of the run's invariants it breaks. */
  readonly invariant: 'I1' | 'I2' | 'I3' | 'I7';
  readonly term: number;
  readonly text: string;
}

/** What the journal counts. */
export interface JournalFigures {
  /** Starts of the coordinator. */
  readonly terms: number;
  /** Steps committed, repeated ones in every term. */
  readonly commits: number;
  /** Committed steps of the run: the furthest any term came. */
  readonly steps: number;
  readonly expiredLeases: number;
  readonly lostWorkers: number;
  /** Contributions by verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
}

export interface JournalReport {
  readonly violations: readonly Violation[];
  readonly figures: JournalFigures;
}

/** What the journal is compared with. */
export interface JournalExpectation {
  /** The single process's final weights: what a completed run must have, and a diverged one too. */
  readonly weightsSha256?: string;
  /** Whether no line was lost: a term then goes on from steps that the journal holds. Not so where a coordinator was killed. */
  readonly isWhole?: boolean;
}

/**
 * Checks what a coordinator wrote down, start after start, against the invariants of a run:
 * - I1: within a term every leaf of a committed step was applied exactly once, for a step in flight, by a worker; a step that a
 *   later term repeats ends with the same weights;
 * - I2: a run that ended has the weights of the single process;
 * - I3: terms rise, a term goes on from steps that were committed before it, and steps go forward one by one;
 * - I7: whoever is lost or refused is so for a reason, and counted.
 *
 * Of a journal kept in parts, those in the middle may be missing: each part but the first says its number, and what can be known
 * is checked on both sides of the gap, and the weights of steps that occur on both.
 *
 * A coordinator that is killed loses its newest lines: unless the journal is said to be whole, the end of a term may be missing.
 * @param entries of one run, in the order they were written
 */
export function checkJournal(
  entries: readonly JournalEntry[],
  expectation: JournalExpectation = {},
): JournalReport {
  const check = new JournalCheck(expectation);
  for (const entry of entries) check.take(entry);
  return check.report();
}

class JournalCheck {
  readonly #expectation: JournalExpectation;
  readonly #violations: Violation[] = [];
  /** The weights' checksum after each committed step, in whichever term it was committed first. */
  readonly #checksums = new Map<number, string>();
  readonly #verdicts: Record<string, number> = {};
  #term = 0;
  #terms = 0;
  #commits = 0;
  #expiredLeases = 0;
  #lostWorkers = 0;
  #furthest = 0;
  /** Committed steps in this term; undefined before its first line. */
  #committed: number | undefined;
  #step: StepRecord | undefined;
  #isFinished = false;
  #refusals = new RefusalRecord();
  /** The part of the journal being read. */
  #part = 1;
  /** Whether lines are missing since a part that was deleted, and nothing is known of the step in flight. */
  #isBlind = false;
  #hasGap = false;

  constructor(expectation: JournalExpectation) {
    this.#expectation = expectation;
  }

  take(entry: JournalEntry): void {
    if (entry.type === 'part') return this.#onPart(entry);
    if (entry.type === 'started') return this.#onStarted(entry);
    if (entry.term !== this.#term) {
      return this.#blame(
        'I3',
        `a line of term ${entry.term} (${entry.type}) among those of term ${this.#term}`,
      );
    }
    switch (entry.type) {
      case 'step-started':
        return this.#onStepStarted(entry);
      case 'spans-leased':
        return this.#step?.lease(entry);
      case 'verdict':
        return this.#onVerdict(entry);
      case 'step-committed':
        return this.#onCommitted(entry);
      case 'lease-expired':
        this.#expiredLeases++;
        return;
      case 'worker-lost':
        return this.#onWorkerLost(entry);
      case 'refused':
        return this.#blameFor('I7', this.#refusals.refuse(entry));
      case 'door':
        return this.#blameFor('I7', this.#refusals.sumUp(entry));
      case 'finished':
        return this.#onFinished(entry);
    }
  }

  report(): JournalReport {
    const figures = {
      terms: this.#terms,
      commits: this.#commits,
      steps: this.#furthest,
      expiredLeases: this.#expiredLeases,
      lostWorkers: this.#lostWorkers,
      verdicts: this.#verdicts,
    };
    return { violations: this.#violations, figures };
  }

  #onStarted(entry: JournalEntry): void {
    const step = numberOf(entry, 'step');
    if (entry.term <= this.#term) {
      this.#blame('I3', `term ${entry.term} started after term ${this.#term}: no two starts share a term`);
    }
    this.#term = entry.term;
    this.#terms++;
    if (!(step >= 0)) this.#blame('I3', 'started at no step');
    // A step may be in a checkpoint before its line is written: evaluations that lag behind hold the line back.
    if (this.#expectation.isWhole === true && !this.#hasGap && step > this.#furthest + 1) {
      this.#blame('I3', `started at step ${step}, where only ${this.#furthest} were committed before`);
    }
    this.#furthest = Math.max(this.#furthest, step);
    this.#committed = step;
    this.#step = undefined;
    this.#isFinished = false;
    this.#refusals = new RefusalRecord();
    this.#isBlind = false;
  }

  /** Where parts before this one were deleted, what is known of the run begins again with its next step. */
  #onPart(entry: JournalEntry): void {
    const part = numberOf(entry, 'part');
    if (!(part > this.#part)) this.#blame('I3', `part ${part} of the journal after part ${this.#part}`);
    if (part > this.#part + 1) {
      this.#isBlind = true;
      this.#hasGap = true;
      this.#committed = undefined;
      this.#step = undefined;
      if (entry.term > this.#term) this.#refusals = new RefusalRecord();
      this.#term = Math.max(this.#term, entry.term);
    }
    this.#part = part;
  }

  #onStepStarted(entry: JournalEntry): void {
    const step = numberOf(entry, 'step');
    if (this.#isBlind) this.#committed = step;
    this.#isBlind = false;
    if (step !== this.#committed) {
      this.#blame('I3', `step ${step} started with ${this.#committed} steps committed`);
    }
    this.#step = new StepRecord(step, numberOf(entry, 'leafCount'));
  }

  #onVerdict(entry: JournalEntry): void {
    const verdict = textOf(entry, 'verdict');
    this.#verdicts[verdict] = (this.#verdicts[verdict] ?? 0) + 1;
    if (verdict === 'invalid' && textOf(entry, 'reason') === '') {
      this.#blame('I7', `worker ${textOf(entry, 'worker')} was told "invalid" without a reason`);
    }
    if (verdict !== 'accepted' || this.#isBlind) return;
    const fault =
      this.#step === undefined || this.#isFinished
        ? 'a contribution was accepted with no step in flight'
        : this.#step.accept(entry);
    if (fault !== undefined) this.#blame('I1', fault);
  }

  #onCommitted(entry: JournalEntry): void {
    const step = numberOf(entry, 'step');
    const checksum = textOf(entry, 'checksum');
    if (!this.#isBlind) this.#checkCommit(step);
    const known = this.#checksums.get(step);
    if (known !== undefined && known !== checksum) {
      this.#blame('I1', `step ${step} ended with weights ${checksum}, and with ${known} in an earlier term`);
    }
    this.#checksums.set(step, checksum);
    this.#commits++;
    this.#committed = step + 1;
    this.#furthest = Math.max(this.#furthest, step + 1);
    this.#step = undefined;
  }

  #checkCommit(step: number): void {
    if (step !== this.#committed) {
      this.#blame('I3', `step ${step} was committed after ${this.#committed} steps`);
    }
    const fault =
      this.#step?.step === step ? this.#step.faultOfCoverage() : `step ${step} was committed without a start`;
    this.#blameFor('I1', fault);
  }

  #onWorkerLost(entry: JournalEntry): void {
    this.#lostWorkers++;
    if (textOf(entry, 'reason') === '') {
      this.#blame('I7', `worker ${textOf(entry, 'worker')} was lost without a reason`);
    }
  }

  #onFinished(entry: JournalEntry): void {
    this.#isFinished = true;
    const step = numberOf(entry, 'step');
    if (step !== this.#committed && !this.#isBlind)
      this.#blame('I3', `finished at step ${step} with ${this.#committed} committed`);
    if (textOf(entry, 'reason') === 'stopped') return;
    const weights = textOf(entry, 'weightsSha256');
    const expected = this.#expectation.weightsSha256;
    if (expected !== undefined && weights !== expected) {
      this.#blame('I2', `ended with the weights ${weights}, where a single process has ${expected}`);
    }
  }

  #blameFor(invariant: Violation['invariant'], fault: string | undefined): void {
    if (fault !== undefined) this.#blame(invariant, fault);
  }

  #blame(invariant: Violation['invariant'], text: string): void {
    this.#violations.push({ invariant, term: this.#term, text });
  }
}
