/** More threads must raise the total rate at least so much, or they share processors that were counted already. */
const LEAST_GAIN = 1.2;

const TRIES_ALONE = 3;

/**
 * How many processors there really are for the threads of a page. What a browser says is a wish: WebKitGTK says 4 on 2 cores, and a
 * container's share is in no browser's figure.
 * @param claimed what the browser says
 * @param rateOf work done a second by so many threads at once, in any unit
 */
export async function measureParallelism(
  claimed: number,
  rateOf: (threads: number) => Promise<number>,
): Promise<number> {
  if (claimed < 2) return 1;
  // The best of several: where others compute too, more threads get more of what there is, and would seem to be more processors.
  let alone = 0;
  for (let again = 0; again < TRIES_ALONE; again++) alone = Math.max(alone, await rateOf(1));
  let best = 1;
  for (let count = 2; ; count = Math.min(2 * count, claimed)) {
    const times = (await rateOf(count)) / alone;
    // Not a number where a clock stood still.
    if (!(times >= best * LEAST_GAIN)) break;
    best = Math.min(times, count);
    if (count === claimed) break;
  }
  return Math.max(1, Math.round(best));
}

/** Threads that a page gives unless its person says otherwise: half of the processors. */
export const shareOf = (processors: number): number => Math.max(1, processors >> 1);
