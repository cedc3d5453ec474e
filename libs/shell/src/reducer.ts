import type { Backend } from '@lockstep/math';
import { childrenOf, spanKey, type Span } from '@lockstep/data';
import type { SpanSum } from '@lockstep/worker';

/** What the reducer keeps of a contribution. */
export interface KeptSum extends SpanSum {
  readonly checksum: string;
  /** Gives back the memory of its gradient. */
  release?(): void;
}

/** Combines the contributions of a step up the fixed tree: every node is left + right (contract, section 3). */
export class Reducer {
  readonly #backend: Backend;
  readonly #length: number;
  readonly #kept = new Map<string, KeptSum>();
  /** One buffer a depth of the recursion, made when first needed. */
  readonly #slots: Float32Array[] = [];

  /** @param length elements of a gradient */
  constructor(backend: Backend, length: number) {
    this.#backend = backend;
    this.#length = length;
  }

  /** Keeps a contribution until the step is reduced; its gradient must stay as it is until then. */
  keep(span: Span, sum: KeptSum): void {
    this.#kept.set(spanKey(span), sum);
  }

  kept(span: Span): KeptSum | undefined {
    return this.#kept.get(spanKey(span));
  }

  /** Forgets the step: its sum was taken, or is not going to be. */
  clear(): void {
    for (const sum of this.#kept.values()) sum.release?.();
    this.#kept.clear();
  }

  /**
   * The sum over `root`, whose every leaf a kept contribution covers.
   * @returns a contribution's own gradient when it covers the root, else a buffer of the reducer's; valid until `clear`
   */
  reduce(root: Span): SpanSum {
    return this.#sumOf(root, 0);
  }

  /** The sum over `span`; what has to be added is left in the slot of `depth`. */
  #sumOf(span: Span, depth: number): SpanSum {
    const kept = this.kept(span);
    if (kept !== undefined) return kept;
    const children = childrenOf(span);
    if (children === undefined) throw new Error(`no contribution covers leaf ${span.firstLeaf}`);
    // The left sum may lie in this node's slot, where the right one, a node deeper, does not reach.
    const left = this.#sumOf(children[0], depth);
    const right = this.#sumOf(children[1], depth + 1);
    const slot = this.#slot(depth);
    this.#backend.map('add', [slot], [left.gradient, right.gradient]);
    return { gradient: slot, lossSum: left.lossSum + right.lossSum };
  }

  #slot(depth: number): Float32Array {
    this.#slots[depth] ??= this.#backend.allocate(this.#length);
    return this.#slots[depth];
  }
}
