import type { FaultKind } from '@lockstep/simulation';

/** A change of one place of the product's sources. */
export interface Edit {
  /** Relative to the root of the repository. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A way to break the product on purpose. */
export interface Sabotage {
  readonly name: string;
  /** What the broken product does. */
  readonly what: string;
  /** What has to go wrong for it to show; left out, whatever a seed brings. */
  readonly faults?: readonly FaultKind[];
  readonly edits: readonly Edit[];
}

/**
 * Ten ways to break the product that its tests must notice. They are changes of the sources, made while a bundle is built: the
 * product itself knows nothing of them, and a test sees that each still finds its place.
 */
export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'duplicates-count',
    what: 'a contribution that is sent twice counts twice',
    edits: [
      {
        file: 'libs/coordination/src/events/on-contribution.ts',
        find: "if (lease.status === 'answered') return onRepeated(turn, event, index);",
        replace: "if (lease.status === 'answered') return accept(turn, event, index, lease);",
      },
      {
        file: 'libs/shell/src/reducer.ts',
        find: 'this.#kept.set(spanKey(span), sum);',
        replace: `const first = this.kept(span);
          const both = first && { ...sum, gradient: sum.gradient.map((value, i) => value + first.gradient[i]!) };
          this.#kept.set(spanKey(span), both ?? sum);`,
      },
    ],
  },
  {
    name: 'mean-over-workers',
    what: 'the sum of gradients is divided by the number of workers instead of that of rows',
    edits: [
      {
        file: 'libs/shell/src/shell.ts',
        find: 'this.#run.commit(sum)',
        replace: `this.#run.commit({
          ...sum,
          gradient: sum.gradient.map(
            (value) => (value * trainer.sampler.rowCountOfStep(step)) / this.#connections.size,
          ),
        })`,
      },
    ],
  },
  {
    name: 'arrival-order',
    what: 'contributions are added in the order they come, not up the tree',
    edits: [
      {
        file: 'libs/shell/src/reducer.ts',
        find: 'return this.#sumOf(root, 0);',
        replace: `return [...this.#kept.values()].reduce((left: SpanSum, right: SpanSum) => {
          this.#backend.map('add', [this.#slot(0)], [left.gradient, right.gradient]);
          return { gradient: this.#slot(0), lossSum: left.lossSum + right.lossSum };
        });`,
      },
    ],
  },
  {
    name: 'no-finite-check',
    what: 'a gradient with a NaN is taken like any other',
    edits: [
      {
        file: 'libs/shell/src/verify-contribution.ts',
        find: 'const isSound = isFinite && Number.isFinite(lossSum);',
        replace: 'const isSound = isFinite || !isFinite;',
      },
    ],
  },
  {
    name: 'no-fsync',
    what: 'a checkpoint is renamed into its place before its bytes are on the disk',
    faults: ['coordinator-power-lost'],
    edits: [
      {
        file: 'libs/storage/src/atomic-write.ts',
        find: '    await handle.sync();\n',
        replace: '',
      },
    ],
  },
  {
    name: 'endless-leases',
    what: 'a lease never expires',
    faults: ['worker-hung'],
    edits: [
      {
        file: 'libs/coordination/src/events/on-tick.ts',
        find: "lease.status === 'held' && lease.deadline <= turn.now",
        replace: "lease.status === 'held' && lease.deadline > Infinity",
      },
    ],
  },
  {
    name: 'stale-accepted',
    what: 'a contribution of an older step counts in this one',
    edits: [
      {
        file: 'libs/coordination/src/events/on-contribution.ts',
        find: 'event.step < turn.state.step ||',
        replace: '',
      },
      {
        file: 'libs/coordination/src/events/on-contribution.ts',
        find: 'round === undefined || event.step !== step ? -1',
        replace: 'round === undefined || event.step > step ? -1',
      },
    ],
  },
  {
    name: 'resume-without-step',
    what: 'a resumed run takes the weights of its checkpoint, and not its place in the data',
    faults: ['coordinator-killed'],
    edits: [
      {
        file: 'libs/shell/src/trainer.ts',
        find: 'this.step = checkpoint.step;',
        replace: '',
      },
    ],
  },
  {
    name: 'digest-unchecked',
    what: 'a checkpoint is loaded whatever its digests say',
    faults: ['coordinator-killed-damaged'],
    edits: [
      {
        file: 'libs/checkpoint/src/codec.ts',
        find: "if (sha256Hex(copy) !== metadata.digest) throw mismatch('its digest does not match its content');",
        replace: '',
      },
      {
        file: 'libs/checkpoint/src/codec.ts',
        find: "if (weightsSha256(weights) !== metadata.weightsSha256) throw mismatch('its weights are not those it names');",
        replace: '',
      },
    ],
  },
  {
    name: 'wall-clock',
    what: 'deadlines go by the clock on the wall',
    faults: ['clock-jumped', 'worker-hung'],
    edits: [
      {
        file: 'libs/shell/src/shell.ts',
        find: 'now: this.#setup.now()',
        replace: 'now: Date.now() * 1000',
      },
    ],
  },
];
