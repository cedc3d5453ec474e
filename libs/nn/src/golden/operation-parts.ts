import type { OperationName } from '@lockstep/math';
import { OPERATION_NAMES, OPERATION_SHAPES } from '@lockstep/math/backend-parts';
import { GoldenNumbers } from './golden-numbers.ts';
import type { GoldenPart } from './golden-part.ts';

/** Tails of every length behind no vector, and behind those of every width. */
const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 79, 143, 143, 143];
/** Of numbers with which nothing overflows, so that what an operation says of its results is yes. */
const TAME_LENGTHS = [7, 79];
/** Rows of what goes row by row. */
const ROWS = 3;

/** Scalars as optimizers and layers have them, and what rounds, overflows, vanishes or divides by zero. */
const SCALARS = [0.1, 1e-3, 1e-8, 7, 1 / 3, -1, 2 ** -149, 3e38, 0, Infinity, NaN];
const TAME_SCALARS = [0.1, 0.9, 1e-3, 1e-8, 7];

const partOf = (name: OperationName): GoldenPart => ({
  name: `operation ${name}`,
  run: (backend, keep) => {
    const numbers = new GoldenNumbers(backend);
    const { inputs, scalars, results, hasRows } = OPERATION_SHAPES[name];
    const rows = hasRows ? ROWS : 1;
    const compute = (
      columns: number,
      tensorOf: (length: number) => Float32Array,
      scalarOf: (index: number) => number,
    ): void => {
      const lengths = { element: rows * columns, column: columns, row: rows, scalar: 1 };
      const outs = results.map(() => backend.allocate(rows * columns));
      const tensors = inputs.map(({ role }) => tensorOf(lengths[role]));
      const isFinite = backend.map(
        name,
        outs,
        tensors,
        scalars.map((_, index) => scalarOf(index)),
      );
      for (const out of outs) keep(out);
      keep(Float64Array.of(Number(isFinite)));
    };
    for (const [turn, columns] of LENGTHS.entries()) {
      compute(
        columns,
        (length) => numbers.mixed(length),
        (index) => SCALARS[(turn + 3 * index) % SCALARS.length]!,
      );
    }
    for (const columns of TAME_LENGTHS) {
      compute(
        columns,
        (length) => numbers.tensor(length, 'ordinary'),
        (index) => TAME_SCALARS[index % TAME_SCALARS.length]!,
      );
    }
  },
});

/** Each elementwise operation that there is, on numbers of every kind. */
export const operationParts = (): readonly GoldenPart[] => OPERATION_NAMES.map(partOf);
