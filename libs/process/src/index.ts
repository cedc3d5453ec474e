export { catchSignals, endingSignals, isUnderNohup, onEndingSignal, releaseSignals } from './signals.ts';
