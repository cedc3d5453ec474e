import { setTimeout as delay } from 'node:timers/promises';
import { Trial } from '../lab/trial.ts';
import { must, slopeOf } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const WORKERS = 8;
/** What the coordinator's memory may grow by, once buffers and heap have their size. */
const MOST_MEGABYTES_A_MINUTE = 1;
/** Of the time: until then it grows to its size. */
const WARM_UP_SHARE = 0.2;

/** The identity of a soak that takes so many minutes: `S10`. */
export const soakId = (minutes: number): string => `S${minutes}`;

/** No fault at all, for long: does the coordinator's memory keep its size? */
export const soak = (minutes: number): Row => ({
  id: soakId(minutes),
  title: `${WORKERS} workers for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, without a fault`,
  load: 20,
  seconds: 60 * minutes + 60,
  async run(lab) {
    const workers = Array.from({ length: WORKERS }, (_, index) => `w${index + 1}`);
    const trial = await Trial.start(lab, { workers });
    await trial.warm();
    const { coordinator } = trial;
    const startedAt = performance.now();
    const points: { readonly x: number; readonly y: number }[] = [];
    for (let x = 0; x < minutes; x = (performance.now() - startedAt) / 60_000) {
      if (x >= WARM_UP_SHARE * minutes) points.push({ x, y: coordinator.memoryBytes() / 2 ** 20 });
      trial.journal.read();
      await delay(500); // the time that passes is what is tried
    }
    const slope = slopeOf(points);
    must(slope < MOST_MEGABYTES_A_MINUTE, `the coordinator grows by ${slope.toFixed(2)} MB a minute`);
    const [first, last] = [points.at(0)!.y, points.at(-1)!.y].map((megabytes) => Math.round(megabytes));
    const steps = await trial.finish();
    return `memory ${slope.toFixed(2)} MB a minute (${first} -> ${last} MB), ${steps} steps`;
  },
});
