import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { EXIT, exitOnSignal, type ExitCode } from '@lockstep/config';
import { onEndingSignal } from '@lockstep/process';

/** Whether and why the process was told to stop. */
export interface StopSignals {
  /** The first signal's name, once it came. */
  reason(): NodeJS.Signals | undefined;
  /** Resolves with the first signal's name. */
  readonly requested: Promise<string>;
  dispose(): void;
}

/** What a second signal would end. */
export interface CutShort {
  /** What is lost, for people; undefined when nothing is. */
  readonly lost?: string;
  /** The status that the process would end with anyway, where it is known. */
  readonly status?: ExitCode;
}

/** One order may come several times at once: a terminal and the shell both tell of its end, npm repeats what the terminal says. */
const SAME_ORDER_MS = 500;

export const exitOf = (signal: NodeJS.Signals): ExitCode => exitOnSignal(constants.signals[signal]);

/**
 * The first signal that would end the process asks the run to stop after its checkpoint; a later one ends the process at once. So
 * does the end of the process that started this one. A limit of processor time (SIGXCPU) repeats itself, in no hurry.
 * @param cutShort what an end now would mean
 */
export function stopSignals(cutShort: () => CutShort = () => ({})): StopSignals {
  let first: NodeJS.Signals | undefined;
  let firstAt = 0;
  let resolve!: (signal: string) => void;
  const requested = new Promise<string>((r) => (resolve = r));
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first !== undefined) {
      const isSameOrder = performance.now() - firstAt < SAME_ORDER_MS || signal === 'SIGXCPU';
      if (!isSameOrder) endNow(signal, cutShort());
      return;
    }
    first = signal;
    firstAt = performance.now();
    resolve(signal);
  };
  const onDisconnect = (): void => {
    if (first === undefined) onSignal('SIGTERM');
  };
  const dispose = onEndingSignal(onSignal);
  process.on('disconnect', onDisconnect);
  return {
    reason: () => first,
    requested,
    dispose() {
      dispose();
      process.off('disconnect', onDisconnect);
    },
  };
}

function endNow(signal: NodeJS.Signals, { lost, status }: CutShort): never {
  if (lost === undefined) process.exit(status ?? exitOf(signal));
  try {
    writeSync(2, `lockstep: ended at once by a second signal (${signal}), without ${lost}\n`);
  } catch {
    // Nobody reads it: the status says it too.
  }
  process.exit(EXIT.unsaved);
}
