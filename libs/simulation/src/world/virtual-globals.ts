import type { World } from './world.ts';

/**
 * Lets whoever asks this process for the time or for chance, instead of taking what it is given, have the world's. The product
 * must not: what it does by the clock on the wall follows the jumps of that clock, and is found out.
 * @returns what puts things back
 */
export function useVirtualGlobals(world: World, chance: () => number): () => void {
  const originals = { now: Date.now, random: Math.random };
  Date.now = () => Math.floor(world.wallClock / 1000);
  Math.random = chance;
  return () => {
    Date.now = originals.now;
    Math.random = originals.random;
  };
}
