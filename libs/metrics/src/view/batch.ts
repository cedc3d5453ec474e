import type { Span } from '@lockstep/data';
import type { BatchPicture, SpanPicture } from './picture.ts';

interface Entry {
  readonly span: Span;
  worker: string;
  second: string;
  state: SpanPicture[4];
  readonly leasedAt: number;
  endedAt: number | undefined;
}

/** A number for a span, unlike any other's: leaves are fewer than 2^20. */
const keyOf = ({ firstLeaf, leafCount }: Span): number => firstLeaf * 2 ** 20 + leafCount;

/** Who has which part of a step, and when. */
export class Batch {
  readonly step: number;
  readonly leafCount: number;
  /** Whether something happened that does not in most steps: a holder was lost, a span leased twice. */
  isNotable = false;
  readonly #entries: Entry[] = [];
  readonly #current = new Map<number, Entry>();
  #startedAt: number;
  #endedAt: number | undefined;

  constructor(step: number, leafCount: number, startedAt: number) {
    this.step = step;
    this.leafCount = leafCount;
    this.#startedAt = startedAt;
  }

  lease(worker: string, span: Span, at: number): void {
    const known = this.#current.get(keyOf(span));
    if (known !== undefined && known.state !== 'lost') {
      known.second = worker;
      this.isNotable = true;
      return;
    }
    const entry: Entry = { span, worker, second: '', state: 'leased', leasedAt: at, endedAt: undefined };
    // Leases of a step are sent before it is announced.
    this.#startedAt = Math.min(this.#startedAt, at);
    this.#entries.push(entry);
    this.#current.set(keyOf(span), entry);
  }

  cover(worker: string, span: Span, at: number): void {
    const entry = this.#current.get(keyOf(span));
    if (entry === undefined) return;
    if (entry.worker !== worker) entry.second = entry.worker;
    entry.worker = worker;
    entry.state = 'covered';
    entry.endedAt = at;
  }

  expire(span: Span): void {
    const entry = this.#current.get(keyOf(span));
    if (entry?.state === 'leased') entry.state = 'overdue';
  }

  /** `worker` is gone. @returns its spans that nobody else has */
  lose(worker: string, at: number): readonly Span[] {
    const lost: Span[] = [];
    for (const entry of this.#current.values()) {
      if (entry.second === worker) entry.second = '';
      if (entry.worker !== worker || entry.state === 'covered' || entry.state === 'lost') continue;
      this.isNotable = true;
      if (entry.second !== '') {
        entry.worker = entry.second;
        entry.second = '';
        continue;
      }
      entry.state = 'lost';
      entry.endedAt = at;
      lost.push(entry.span);
    }
    return lost;
  }

  /** The step is committed. */
  end(at: number): void {
    this.#endedAt = at;
  }

  /** Whether `worker` has a part of this step. */
  has(worker: string): boolean {
    return this.#entries.some((entry) => entry.worker === worker || entry.second === worker);
  }

  picture(): BatchPicture {
    const since = (at: number | undefined): number =>
      at === undefined ? -1 : Number(Math.max(0, at - this.#startedAt).toPrecision(4));
    const spans = this.#entries.map(({ span, worker, second, state, leasedAt, endedAt }): SpanPicture => [
      ...([span.firstLeaf, span.leafCount, worker, second, state] as const),
      ...([since(leasedAt), since(endedAt)] as const),
    ]);
    return { step: this.step, leafCount: this.leafCount, spans, totalMs: since(this.#endedAt) };
  }
}

export const overlap = (a: Span, b: Span): boolean =>
  a.firstLeaf < b.firstLeaf + b.leafCount && b.firstLeaf < a.firstLeaf + a.leafCount;
