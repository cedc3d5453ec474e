import type { Backend } from '@lockstep/math';
import { GoldenNumbers, type Kind } from './golden-numbers.ts';
import type { GoldenPart } from './golden-part.ts';

const KINDS: readonly Kind[] = ['ordinary', 'halfway', 'subnormal', 'zeros', 'wide', 'extreme'];
/** Around 16 lanes and twice as many, and several rounds of them. */
const LENGTHS = [0, 1, 2, 3, 7, 15, 16, 17, 31, 33, 143];
const ROWS = 5;

const partOf = (
  name: string,
  compute: (backend: Backend, out: Float32Array, a: Float32Array, b: Float32Array, n: number) => void,
): GoldenPart => ({
  name,
  run: (backend, keep) => {
    const numbers = new GoldenNumbers(backend);
    for (const kind of KINDS) {
      for (const n of LENGTHS) {
        const out = backend.allocate(ROWS);
        compute(backend, out, numbers.tensor(ROWS * n, kind), numbers.tensor(ROWS * n, kind), n);
        keep(out);
      }
    }
  },
});

/** What makes one number of each row: sums of 16 lanes, joined up the tree, and the largest. */
export const rowParts = (): readonly GoldenPart[] => [
  partOf('rowSums', (backend, out, a, _b, n) => backend.rowSums(out, a, ROWS, n)),
  partOf('rowDots', (backend, out, a, b, n) => backend.rowDots(out, a, b, ROWS, n)),
  partOf('rowMaxima', (backend, out, a, _b, n) => backend.rowMaxima(out, a, ROWS, n)),
];
