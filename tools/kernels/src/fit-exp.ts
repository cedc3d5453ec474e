/** Derives the coefficients of the contract's exp, as they stand in libs/math/src/ops/exp.ts. */
import { fitExp, hexOf } from './exp-polynomial.ts';

const HELP = `Usage: node tools/run.mjs kernels/fit-exp

Fits exp(r) = 1 + r + r^2 * (C0 + C1 r + ... + C4 r^4) on |r| <= ln(2)/2 * 1.0005 by the Remez
exchange and prints the float32 coefficients with their bit patterns, and the largest error
relative to exp(r) before any rounding.

  --help    print this
`;

if (process.argv.includes('--help')) {
  process.stdout.write(HELP);
} else {
  const { coefficients, worstError } = fitExp();
  for (const [i, value] of coefficients.entries()) process.stdout.write(`C${i} ${hexOf(value)} ${value}\n`);
  process.stdout.write(`largest relative error ${worstError.toExponential(2)}\n`);
}
