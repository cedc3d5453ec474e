/** Loaded by `bin/lockstep.mjs` before everything else, and small: signals are caught from then on. */
export { catchSignals } from '@lockstep/process/signals';
