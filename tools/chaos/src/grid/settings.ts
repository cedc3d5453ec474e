import { layerTypesOf, lossKinds, optimizerKinds, scheduleKinds } from '@lockstep/nn';
import { seededRandom } from '../lab/seeded-random.ts';

/** A run of the grid: its settings as flags, and in a few words. */
export interface GridRun {
  readonly flags: readonly string[];
  readonly text: string;
}

/** A choice of one setting; nothing leaves it to its default. */
type Choice = readonly string[] | undefined;

/** Lengths are said: a run is resumed to another end, and keeps the schedule that it began with. */
const SCHEDULES: Readonly<Record<string, object>> = {
  step: { every: 9, factor: 0.5 },
  'multi-step': { at: [7, 31], factor: 0.5 },
  exponential: { factor: 0.99 },
  linear: { steps: 90, to: 0.1 },
  polynomial: { steps: 90, power: 2 },
  cosine: { steps: 90, warmUp: { steps: 10 } },
  'warm-restarts': { steps: 12 },
  'one-cycle': { steps: 90 },
};

const flag = (name: string, value: string): readonly string[] => [`--${name}`, value];

/** Every dimension of the grid and what it is chosen from: new kinds take part by themselves. */
const dimensions = (): readonly (readonly Choice[])[] => [
  layerTypesOf('activation').map((type) => flag('activation', type)),
  lossKinds.types.map((type) => flag('loss', type)),
  optimizerKinds.types.map((type) => flag('optimizer', type)),
  [undefined, flag('clip-norm', '1'), flag('clip-value', '0.5')],
  [undefined, flag('weight-decay', '0.01')],
  [undefined, flag('accumulate', '2'), flag('accumulate', '3')],
  scheduleKinds.types.map((type) => flag('schedule', JSON.stringify({ type, ...SCHEDULES[type] }))),
  [undefined, ...layerTypesOf('normalisation').map((type) => flag('normalisation', type))],
  [undefined, flag('dropout', '0.2')],
  [flag('leaf-rows', '8'), flag('leaf-rows', '5')],
];

/**
 * `count` runs, in which each choice of each dimension is there about equally often: each dimension is dealt like a pack of cards, again when
 * it is used up.
 */
export function gridRuns(count: number, seed: number): readonly GridRun[] {
  const random = seededRandom(seed);
  const columns = dimensions().map((choices) => dealt(choices, count, random));
  return Array.from({ length: count }, (_, index) => {
    const flags = columns.flatMap((column) => column[index] ?? []);
    return { flags, text: flags.join(' ').replaceAll('--', '') };
  });
}

function dealt(choices: readonly Choice[], count: number, random: () => number): readonly Choice[] {
  const cards: Choice[] = [];
  while (cards.length < count) cards.push(...shuffled(choices, random));
  return cards;
}

function shuffled(choices: readonly Choice[], random: () => number): readonly Choice[] {
  const pack = [...choices];
  for (let last = pack.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [pack[last], pack[other]] = [pack[other], pack[last]];
  }
  return pack;
}
