export { catchSignals, endingSignals, isUnderNohup, onEndingSignal, releaseSignals } from './signals.ts';
export { engineName } from './engine.ts';
