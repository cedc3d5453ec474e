import type { Backend } from '@lockstep/math';
import { childrenOf, spanKey, type Span } from '@lockstep/data';
import type { SpanSum } from '@lockstep/worker';

/** What the reducer keeps of a contribution. */
export interface KeptSum extends SpanSum {
  readonly checksum: string;
}

/** Combines the contributions of a step up the fixed tree: every node is left + right (contract, section 3). */
export class Reducer {
  readonly #backend: Backend;
  readonly #length: number;
  readonly #kept = new Map<string, KeptSum>();
  /** One buffer a level of the tree, made when first needed. */
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

  /** Forgets a step that is not going to be reduced. */
  clear(): void {
    this.#kept.clear();
  }

  /**
   * The sum over `root`, whose every leaf a kept contribution covers; forgets them.
   * @returns a buffer of the reducer's, valid until the next call
   */
  reduce(root: Span): SpanSum {
    const lossSum = this.#sumInto(0, root);
    this.#kept.clear();
    return { gradient: this.#slots[0]!, lossSum };
  }

  /** Leaves the gradient of `span` in slot `level` and returns its loss. */
  #sumInto(level: number, span: Span): number {
    const slot = this.#slot(level);
    const kept = this.kept(span);
    if (kept !== undefined) {
      slot.set(kept.gradient);
      return kept.lossSum;
    }
    const children = childrenOf(span);
    if (children === undefined) throw new Error(`no contribution covers leaf ${span.firstLeaf}`);
    const [left, right] = children;
    const leftLoss = this.#sumInto(level, left);
    const rightKept = this.kept(right);
    const rightLoss = rightKept?.lossSum ?? this.#sumInto(level + 1, right);
    this.#backend.add(slot, slot, rightKept?.gradient ?? this.#slot(level + 1));
    return leftLoss + rightLoss;
  }

  #slot(level: number): Float32Array {
    this.#slots[level] ??= this.#backend.allocate(this.#length);
    return this.#slots[level];
  }
}
