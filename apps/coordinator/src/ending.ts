import { EXIT, type ExitCode } from '@lockstep/config';
import { describeDoubt } from '@lockstep/metrics';
import type { RunEnd } from '@lockstep/shell';
import { exitOf } from './stop-signals.ts';
import { describeUnsaved } from './unsaved.ts';

/** A run that has ended. */
export interface Ending {
  readonly end: RunEnd;
  readonly folder: string;
  /** The first step in which two computations gave different bits. */
  readonly disagreedAt: number | undefined;
}

/** What people have to know of how a run ended, beside its last line, and what to do. */
export function describeEnding({ end, folder, disagreedAt }: Ending): readonly string[] {
  const unsaved = describeUnsaved(end, folder);
  const lines = disagreedAt === undefined ? [] : [describeDoubt(disagreedAt)];
  if (end.type === 'diverged') {
    const kept = unsaved === undefined ? ' (the checkpoint of the last finite weights is kept)' : '';
    lines.push(
      `diverged at step ${end.step}: the loss or the weights are no longer finite; start again with a smaller --lr${kept}`,
    );
  }
  return unsaved === undefined ? lines : [...lines, unsaved];
}

/** @param signal that asked for the end, if one did */
export function exitCodeOf({ end, disagreedAt }: Ending, signal: NodeJS.Signals = 'SIGINT'): ExitCode {
  if (end.unsaved !== undefined) return EXIT.unsaved;
  if (end.type === 'completed') return disagreedAt === undefined ? EXIT.done : EXIT.disagreed;
  return end.type === 'diverged' ? EXIT.diverged : exitOf(signal);
}
