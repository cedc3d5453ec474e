import type { HistoryColumns } from './picture.ts';

/** Points kept; when they are full, each two become one. */
const CAPACITY = 1200;

/** Steps that will be one point. */
interface Group {
  steps: number;
  rows: number;
  lossSum: number;
  startedAt: number;
}

/** The loss and the rate of a run against its steps, in bounded memory however long it is. */
export class History {
  readonly #steps: number[] = [];
  readonly #at: number[] = [];
  readonly #loss: number[] = [];
  readonly #rate: number[] = [];
  #stride = 1;
  #group: Group | undefined;
  /** Counts the times that points were changed rather than added. */
  version = 0;

  get length(): number {
    return this.#steps.length;
  }

  /** @param loss mean over the `rows` of `step` */
  add(step: number, rows: number, loss: number, at: number): void {
    this.#group ??= { steps: 0, rows: 0, lossSum: 0, startedAt: this.#at.at(-1) ?? at };
    const group = this.#group;
    group.steps++;
    group.rows += rows;
    group.lossSum += loss * rows;
    if (group.steps < this.#stride) return;
    this.#group = undefined;
    this.#steps.push(step);
    this.#at.push(Math.round(at));
    this.#loss.push(rounded(group.lossSum / group.rows));
    const seconds = (at - group.startedAt) / 1000;
    this.#rate.push(seconds > 0 ? Math.round(group.rows / seconds) : 0);
    if (this.#steps.length >= CAPACITY) this.#thin();
  }

  /** How many steps a point stands for. */
  get stride(): number {
    return this.#stride;
  }

  /** Takes up the points of a run from before. */
  recall({ steps, at, loss, rowsPerSecond }: HistoryColumns, stride: number): void {
    const pairs = [
      [this.#steps, steps],
      [this.#at, at],
      [this.#loss, loss],
      [this.#rate, rowsPerSecond],
    ] as const;
    for (const [column, values] of pairs) column.splice(0, column.length, ...values);
    this.#stride = stride;
    this.version++;
  }

  /** Forgets what came after `step`: a coordinator that went on from an earlier checkpoint repeats it. */
  cutAfter(step: number): void {
    let length = this.#steps.length;
    while (length > 0 && this.#steps[length - 1]! > step) length--;
    if (length < this.#steps.length) this.version++;
    for (const column of [this.#steps, this.#at, this.#loss, this.#rate]) column.length = length;
    this.#group = undefined;
  }

  /** The points from number `first` on. */
  columns(first = 0): HistoryColumns {
    return {
      steps: this.#steps.slice(first),
      at: this.#at.slice(first),
      loss: this.#loss.slice(first),
      rowsPerSecond: this.#rate.slice(first),
    };
  }

  /** The newest `count` losses. */
  recentLoss(count: number): readonly number[] {
    return this.#loss.slice(-count);
  }

  #thin(): void {
    const half = this.#steps.length >> 1;
    for (let index = 0; index < half; index++) {
      const [left, right] = [2 * index, 2 * index + 1];
      this.#steps[index] = this.#steps[right]!;
      this.#at[index] = this.#at[right]!;
      this.#loss[index] = rounded((this.#loss[left]! + this.#loss[right]!) / 2);
      this.#rate[index] = Math.round((this.#rate[left]! + this.#rate[right]!) / 2);
    }
    for (const column of [this.#steps, this.#at, this.#loss, this.#rate]) column.length = half;
    this.#stride *= 2;
    this.version++;
  }
}

/** Six digits, so that texts stay short. */
const rounded = (value: number): number => Number(value.toPrecision(6));
