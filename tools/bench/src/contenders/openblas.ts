import koffi from 'koffi';
import { BenchError } from '../bench-error.ts';
import type { Contender } from '../benchmark-case.ts';
import { readSettings } from '../settings.ts';
import { openedProduct, outputOf, type Product } from './product.ts';
import { fillUniform, fingerprint } from './test-data.ts';

/** What Debian's `libopenblas0-pthread` installs. */
const LIBRARY = 'libopenblas.so.0';

/** From cblas.h. */
const ROW_MAJOR = 101;
const NO_TRANSPOSE = 111;
const TRANSPOSE = 112;

export interface OpenBlasOptions {
  /** Whose kernels; those that are fastest here, found before, when left out; those OpenBLAS itself chooses, when empty. */
  readonly core?: string;
}

/**
 * A product by OpenBLAS on one thread. It is called as our own native kernels are, from Node through koffi on typed arrays, so
 * that a call costs both the same.
 */
export const openBlasProduct = (
  name: string,
  product: Product,
  { core }: OpenBlasOptions = {},
): Contender => ({
  name,
  peer: 'OpenBLAS',
  open: async () => {
    const chosen = core ?? readSettings().openBlasCore ?? '';
    if (chosen === '') delete process.env['OPENBLAS_CORETYPE'];
    else process.env['OPENBLAS_CORETYPE'] = chosen; // read when the library is loaded
    const { sgemm, coreName } = load();
    const { m, k, n } = outputOf(product);
    const { a: sizeA, b: sizeB, transpose } = product;
    const out = new Float32Array(m * n);
    const a = fillUniform(new Float32Array(sizeA[0] * sizeA[1]), 1, 1);
    const b = fillUniform(new Float32Array(sizeB[0] * sizeB[1]), 1, 2);
    const transposeA = transpose === 'a' ? TRANSPOSE : NO_TRANSPOSE;
    const transposeB = transpose === 'b' ? TRANSPOSE : NO_TRANSPOSE;
    const multiply = (): void =>
      sgemm(ROW_MAJOR, transposeA, transposeB, m, n, k, 1, a, sizeA[1], b, sizeB[1], 0, out, n);
    multiply();
    return { detail: `${coreName} kernels`, ...openedProduct(product, fingerprint(out), multiply) };
  },
});

type Sgemm = (
  order: number,
  transposeA: number,
  transposeB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: Float32Array,
  strideA: number,
  b: Float32Array,
  strideB: number,
  beta: number,
  out: Float32Array,
  strideOut: number,
) => void;

/** @throws {BenchError} `unavailable` when OpenBLAS is not there */
function load(): { readonly sgemm: Sgemm; readonly coreName: string } {
  try {
    const library = koffi.load(LIBRARY);
    library.func('void openblas_set_num_threads(int)')(1);
    const sgemm = library.func(
      'void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, _Out_ float *, int)',
    ) as Sgemm;
    const coreName = library.func('const char *openblas_get_corename()')() as string;
    return { sgemm, coreName };
  } catch (cause) {
    throw new BenchError('unavailable', `OpenBLAS does not load: ${(cause as Error).message}`, { cause });
  }
}
