/** How the runs of `seeds` go on that ended at `seed`. */
export function seedsGoOnBy(seeds: readonly number[], seed: number, out: string | undefined): string {
  if (out !== undefined) {
    return `the run of seed ${seed} did not come to its end: the same command with --resume auto goes on from there`;
  }
  const rest = seeds.slice(seeds.indexOf(seed) + 1);
  const others = rest.length === 0 ? '' : `, and --seeds ${rest.join(',')} begins the others`;
  return (
    `the run of seed ${seed} did not come to its end: --resume auto without --seeds goes on with it${others}; ` +
    'with --out DIR one command goes on with all of them'
  );
}
