/**
 * What a Node process of Lockstep has to know of its system: the signals that end it, whether it may do what its command needs, the
 * memory it is allowed and about what a run takes of it, the engine that runs it by its true name. For the three commands that are
 * processes: the CLI, the coordinator and the worker.
 *
 * `catchSignals` comes first of all (`./signals`, which imports nothing else of it): from then on no signal ends the process before
 * its checkpoint, or opens a debugger. What is found wanting is said in words with a remedy before a run begins, not when it fails.
 *
 * The estimates are for warnings; nothing is refused because of them. It knows no run: sizes are given to it as numbers.
 */

export { catchSignals, endingSignals, isUnderNohup, onEndingSignal, releaseSignals } from './signals.ts';
export { engineFacts, engineName } from './engine.ts';
export { permissionFault, type Ability } from './permissions.ts';
export { memoryLimit } from './memory-limit.ts';
export { coordinatorShortage, workerShortage } from './memory-need.ts';
