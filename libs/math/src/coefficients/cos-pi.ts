/** (-1)^k pi^(2k) / (2k)!, k = 0 .. 10, each rounded to float64. */
const COSINE = [
  1, -4.934802200544679, 4.0587121264167685, -1.3352627688545895, 0.2353306303588932, -0.02580689139001406,
  0.0019295743094039231, -0.0001046381049248457, 4.303069587032947e-6, -1.3878952462213771e-7,
  3.604730797462501e-9,
];
/** (-1)^k pi^(2k + 1) / (2k + 1)!, k = 0 .. 9. */
const SINE = [
  3.141592653589793, -5.16771278004997, 2.5501640398773455, -0.5992645293207921, 0.08214588661112823,
  -0.0073704309457143504, 0.00046630280576761255, -2.1915353447830217e-5, 7.952054001475513e-7,
  -2.2948428997269873e-8,
];

/** Horner's scheme, highest power first. */
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/**
 * cos(pi x) in float64 by + - * alone, the same bits on every engine (contract, section 1): exact at every multiple of 1/2, within 3e-16
 * elsewhere. By symmetry |x| is brought to [0, 1/4], which is exact, and Taylor's series is cut where its rest is below 1e-20.
 * @param x finite, |x| < 2^52
 */
export function cosPi(x: number): number {
  const size = Math.abs(x);
  const turned = size - 2 * Math.floor(size / 2);
  const half = turned > 1 ? 2 - turned : turned;
  const isBehind = half > 0.5;
  const quarter = isBehind ? 1 - half : half;
  const value = quarter <= 0.25 ? polynomial(COSINE, quarter * quarter) : sineOf(0.5 - quarter);
  return isBehind ? -value : value;
}

/** sin(pi r) for 0 <= r <= 1/4. */
const sineOf = (r: number): number => polynomial(SINE, r * r) * r;
