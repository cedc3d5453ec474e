export { catchSignals, endingSignals, isUnderNohup, onEndingSignal, releaseSignals } from './signals.ts';
export { engineFacts, engineName } from './engine.ts';
export { permissionFault, type Ability } from './permissions.ts';
export { memoryLimit } from './memory-limit.ts';
export { coordinatorShortage, workerShortage } from './memory-need.ts';
