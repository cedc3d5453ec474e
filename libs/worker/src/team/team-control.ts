/** Words of the control block. */
const GENERATION = 0;
const ARRIVED = 1;
const BARRIER = 2;
const DONE = 3;
const ROW_COUNT = 4;
const BUFFER = 5;
const CHECKS_WEIGHTS = 6;
const WEIGHTS_CHECKSUM_HIGH = 7;
const WEIGHTS_CHECKSUM_LOW = 8;
const IS_OVER = 9;
const STEP = 10;
const FIRST_ROW = 11;
const IS_ANSWER = 12;
const WORDS = 16;
/** Where the loss sum lies, as a float64. */
const LOSS_BYTE = WORDS * 4;
const BYTES = LOSS_BYTE + 8;

/** Looks at a word so often before a thread goes to sleep on it: some ten microseconds, the usual wait at the barrier. */
const SPINS = 4000;

/** One span, or rows to answer, for the whole team. */
export interface TeamJob {
  readonly rowCount: number;
  /** Whether nothing is learned from the rows: what is below `checksWeights` means nothing then. */
  readonly isAnswer: boolean;
  /** Whether the weights are new, and their checksum is to be computed. */
  readonly checksWeights: boolean;
  readonly step: number;
  /** The place of the first row among all rows of the step. */
  readonly firstRow: number;
  /** Which buffer takes the gradient. */
  readonly buffer: number;
}

/**
 * What the threads of a team tell each other through shared words. The thread of the socket posts a job and never waits; the
 * computing threads sleep between jobs, meet once in the middle of each, and the last to finish reports.
 */
export class TeamControl {
  readonly #words: Int32Array;
  readonly #loss: Float64Array;
  readonly #threads: number;

  static create(): SharedArrayBuffer {
    return new SharedArrayBuffer(BYTES);
  }

  constructor(buffer: SharedArrayBuffer, threads: number) {
    this.#words = new Int32Array(buffer, 0, WORDS);
    this.#loss = new Float64Array(buffer, LOSS_BYTE, 1);
    this.#threads = threads;
  }

  /** Wakes the computing threads for a job. */
  post({ rowCount, isAnswer, checksWeights, step, firstRow, buffer }: TeamJob): void {
    this.#words[IS_ANSWER] = isAnswer ? 1 : 0;
    this.#words[STEP] = step;
    this.#words[FIRST_ROW] = firstRow;
    this.#words[ROW_COUNT] = rowCount;
    this.#words[BUFFER] = buffer;
    this.#words[CHECKS_WEIGHTS] = checksWeights ? 1 : 0;
    this.#words[ARRIVED] = 0;
    this.#words[DONE] = 0;
    this.#wakeAll(GENERATION);
  }

  /** Tells the computing threads that there is nothing more to come. */
  end(): void {
    this.#words[IS_OVER] = 1;
    this.#wakeAll(GENERATION);
  }

  /** The generation before the first job. */
  get generation(): number {
    return Atomics.load(this.#words, GENERATION);
  }

  /** Sleeps until there is a job after generation `seen`; undefined when there is none to come. */
  nextJob(seen: number): TeamJob | undefined {
    this.#waitWhile(GENERATION, seen, 0);
    if (this.#words[IS_OVER] === 1) return undefined;
    return {
      rowCount: this.#words[ROW_COUNT]!,
      isAnswer: this.#words[IS_ANSWER] === 1,
      step: this.#words[STEP]!,
      firstRow: this.#words[FIRST_ROW]!,
      buffer: this.#words[BUFFER]!,
      checksWeights: this.#words[CHECKS_WEIGHTS] === 1,
    };
  }

  /** Returns once every computing thread is here. */
  meet(): void {
    if (this.#threads === 1) return;
    const meeting = Atomics.load(this.#words, BARRIER);
    if (Atomics.add(this.#words, ARRIVED, 1) + 1 === this.#threads) this.#wakeAll(BARRIER);
    else this.#waitWhile(BARRIER, meeting, SPINS);
  }

  /** This thread is done with the job. @returns whether it is the last, so that everybody's results are there */
  finish(): boolean {
    return Atomics.add(this.#words, DONE, 1) + 1 === this.#threads;
  }

  get lossSum(): number {
    return this.#loss[0]!;
  }
  set lossSum(value: number) {
    this.#loss[0] = value;
  }

  /** 16 hex digits. */
  get weightsChecksum(): string {
    const digits = (index: number): string => (this.#words[index]! >>> 0).toString(16).padStart(8, '0');
    return digits(WEIGHTS_CHECKSUM_HIGH) + digits(WEIGHTS_CHECKSUM_LOW);
  }
  set weightsChecksum(hex: string) {
    this.#words[WEIGHTS_CHECKSUM_HIGH] = Number.parseInt(hex.slice(0, 8), 16);
    this.#words[WEIGHTS_CHECKSUM_LOW] = Number.parseInt(hex.slice(8), 16);
  }

  #wakeAll(index: number): void {
    Atomics.add(this.#words, index, 1);
    Atomics.notify(this.#words, index);
  }

  #waitWhile(index: number, value: number, spins: number): void {
    for (let spin = 0; spin < spins; spin++) {
      if (Atomics.load(this.#words, index) !== value) return;
    }
    while (Atomics.load(this.#words, index) === value) Atomics.wait(this.#words, index, value);
  }
}
