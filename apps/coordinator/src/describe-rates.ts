import type { NoticeOf } from '@lockstep/metrics';

/** Lines of the table: some twenty of a hundred steps show the curve. */
const EVERY = 5;

/** The curve of a sweep as a table, and what follows from it. */
export function describeRates({
  points,
  suggested,
  atLeast,
  hasDiverged,
}: NoticeOf<'rates-tried'>): readonly string[] {
  const shown = points.filter((_, index) => index % EVERY === 0 || index === points.length - 1);
  const most = Math.max(...shown.map(({ smoothed }) => smoothed));
  const rows = shown.map(({ rate, smoothed }) => {
    const bar = '#'.repeat(Math.max(0, Math.round((40 * smoothed) / most)));
    return `  ${rate.toExponential(1).padStart(8)}  ${smoothed.toPrecision(4).padStart(9)}  ${bar}`.trimEnd();
  });
  const end = hasDiverged
    ? `beyond ${points.at(-1)!.rate.toExponential(1)} the loss grows out of bounds`
    : 'it never grew out of bounds';
  const advice =
    suggested === null
      ? 'the loss falls at none of them: see whether the data are standardised and the labels right'
      : `it falls fastest at --lr ${suggested.toPrecision(2)}, and was least at ${atLeast.toPrecision(2)}; ${end}`;
  return [
    'learning rates tried on a mini-batch each, nothing is kept of it:',
    '      rate       loss',
    ...rows,
    advice,
  ];
}
