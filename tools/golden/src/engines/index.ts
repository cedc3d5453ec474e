import type { Bundles } from '../bundles.ts';
import type { Engine } from '../engine.ts';
import { browserEngines } from './in-browsers.ts';
import { nativeEngines } from './native.ts';
import { commandLineEngines } from './on-command-line.ts';

/** Every engine there is, in the order of the table. `bundles` is asked for when an engine runs. */
export const createEngines = (bundles: () => Bundles): Engine[] => [
  ...commandLineEngines(bundles),
  ...browserEngines(bundles),
  ...nativeEngines(),
];
