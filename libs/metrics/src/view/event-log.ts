import type { EventPicture } from './picture.ts';

/** Events kept. */
const CAPACITY = 300;

/** The newest events, in words. */
export class EventLog {
  #events: EventPicture[] = [];
  #count = 0;

  add(kind: EventPicture['kind'], step: number, at: number, text: string): void {
    this.#events.push({ number: ++this.#count, at: Math.round(at), kind, step, text });
    if (this.#events.length >= 2 * CAPACITY) this.#events = this.#events.slice(-CAPACITY);
  }

  /** Takes up the events of a run from before. */
  recall(events: readonly EventPicture[]): void {
    this.#events = [...events];
    this.#count = events.at(-1)?.number ?? 0;
  }

  /** Events so far. */
  get count(): number {
    return this.#count;
  }

  /** Those after number `seen`, oldest first, at most as many as are kept. */
  after(seen: number): readonly EventPicture[] {
    const newer = this.#events.filter(({ number }) => number > seen);
    return newer.slice(-CAPACITY);
  }
}

/** "a", "a and b", "a, b and 2 more". */
export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? 'nobody';
  if (names.length <= 3) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}
