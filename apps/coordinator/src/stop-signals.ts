/** Whether and why the process was told to stop. */
export interface StopSignals {
  /** The first signal's name, once it came. */
  reason(): string | undefined;
  /** Resolves with the first signal's name. */
  readonly requested: Promise<string>;
  dispose(): void;
}

/**
 * The first SIGINT or SIGTERM asks the run to stop after its checkpoint; the second ends the process at once.
 * So does the end of the process that started this one.
 */
export function stopSignals(): StopSignals {
  let first: string | undefined;
  let resolve!: (signal: string) => void;
  const requested = new Promise<string>((r) => (resolve = r));
  const onSignal = (signal: string): void => {
    if (first !== undefined) process.exit(first === 'SIGTERM' ? 143 : 130);
    first = signal;
    resolve(signal);
  };
  const onInterrupt = (): void => onSignal('SIGINT');
  const onTerminate = (): void => onSignal('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  process.on('disconnect', onTerminate);
  return {
    reason: () => first,
    requested,
    dispose() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
      process.off('disconnect', onTerminate);
    },
  };
}
