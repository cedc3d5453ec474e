/** One way in which the door turns somebody away. */
export interface Refusal {
  /** What it is counted under: a name of `CLOSE_CODES`, or of `HTTP_REFUSALS`. */
  readonly name: string;
  /** WebSocket close code, or HTTP status. */
  readonly code: number;
  readonly reason: string;
  /** Whether people are not told of it: it is counted alone. */
  readonly isQuiet?: boolean;
}

/** What is answered before a connection is a WebSocket. The first three keep strangers out, the others floods and nonsense. */
export const HTTP_REFUSALS = {
  foreign: { name: 'foreign', code: 403, reason: 'a page or a name of somebody else' },
  guesses: { name: 'guesses', code: 429, reason: 'too many wrong tokens from this address' },
  handshakes: {
    name: 'handshakes',
    code: 429,
    reason: 'too many connections from this address in a short time',
  },
  connections: {
    name: 'connections',
    code: 503,
    reason: 'as many connections as this coordinator takes are open',
  },
  requests: { name: 'requests', code: 429, reason: 'too many requests from this address in a short time' },
  pipelined: { name: 'pipelined', code: 429, reason: 'too many requests before an answer to the first' },
  headerDeadline: { name: 'headerDeadline', code: 408, reason: 'no whole HTTP request in time' },
  /** As browsers open some, to have them at hand: nobody's fault, and nothing to answer. */
  spare: { name: 'spare', code: 408, reason: 'a connection without a byte', isQuiet: true },
  notFound: {
    name: 'notFound',
    code: 404,
    reason:
      'nothing speaks WebSocket at this path; behind a proxy that keeps a path prefix, start the coordinator with it in --public-url',
  },
  badRequest: { name: 'badRequest', code: 400, reason: 'not an HTTP request, or not one for a WebSocket' },
} as const satisfies Readonly<Record<string, Refusal>>;

/** The header by which a page knows that the coordinator itself answered it, and not what is in front: a refusal's name. */
export const ANSWER_HEADER = 'Lockstep-Answer';

export interface RefusalsSetup {
  /** Takes a line for the journal. */
  append(entry: object): void;
  /** Told of the first refusal of each kind, for people. */
  onFirst(refusal: Refusal, address: string): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

/** Least milliseconds between two lines of one kind: a flood must not fill the disk. */
const LINE_EVERY_MS = 1000;

interface Count {
  readonly refusal: Refusal;
  count: number;
  /** The last one's. */
  address: string;
  told: number;
  toldAt: number;
}

/**
 * Counts everyone who is turned away, by kind. A line in the journal carries the count so far, and comes at most once a second and
 * kind, so that nothing is lost by leaving lines out.
 */
export class Refusals {
  readonly #setup: RefusalsSetup;
  readonly #counts = new Map<string, Count>();

  constructor(setup: RefusalsSetup) {
    this.#setup = setup;
  }

  count(refusal: Refusal, address: string): void {
    let entry = this.#counts.get(refusal.name);
    if (entry === undefined) {
      entry = { refusal, count: 0, address, told: 0, toldAt: -Infinity };
      this.#counts.set(refusal.name, entry);
      if (refusal.isQuiet !== true) this.#setup.onFirst(refusal, address);
    }
    entry.count++;
    entry.address = address;
    this.#tellIfDue(entry);
  }

  /** Time passed: what was counted and not told yet gets its line. */
  tick(): void {
    for (const entry of this.#counts.values()) this.#tellIfDue(entry);
  }

  /** How many of each kind there were. */
  totals(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts.values()].map(({ refusal, count }) => [refusal.name, count]));
  }

  /** The same, with what each is answered with. */
  counts(): readonly { readonly name: string; readonly code: number; readonly count: number }[] {
    return [...this.#counts.values()].map(({ refusal: { name, code }, count }) => ({ name, code, count }));
  }

  #tellIfDue(entry: Count): void {
    const now = this.#setup.now();
    if (entry.told === entry.count || now - entry.toldAt < LINE_EVERY_MS) return;
    entry.told = entry.count;
    entry.toldAt = now;
    const { refusal, address, count } = entry;
    const { name, code, reason } = refusal;
    this.#setup.append({ type: 'refused', name, code, reason, address, count });
  }
}
