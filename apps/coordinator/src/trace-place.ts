import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { CommandError, EXIT } from '@lockstep/config';
import { Timeline } from '@lockstep/metrics';
import { isSamePlace } from './run-folder/choice.ts';
import { isRunFileName } from './run-folder/names.ts';

/**
 * A trace is written over what lies in its place: that must be nothing but an earlier trace, and no file that the run keeps or will.
 * @param folder the run's
 * @throws {CommandError} exit 2
 */
export function assertTracePlace(path: string, folder: string): void {
  if (isRunFileName(basename(path)) && isSamePlace(dirname(path), folder)) {
    throw new CommandError(
      EXIT.usage,
      `--trace ${path} is where the run keeps a file of its own: give another name, such as trace.json`,
    );
  }
  if (!isTraceOrNothing(path)) {
    throw new CommandError(
      EXIT.usage,
      `--trace ${path} is there already and is no trace: give another file, or remove that one`,
    );
  }
}

/** Whether a plain file at `path` has nothing that a trace does not begin with: one that was killed early may end within that. */
function isTraceOrNothing(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return true;
  const head = Buffer.from(traceHead());
  const found = Buffer.alloc(head.length);
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, found, 0, found.length, 0);
    return found.subarray(0, length).equals(head.subarray(0, length));
  } finally {
    closeSync(file);
  }
}

/** What every trace begins with. */
function traceHead(): string {
  let head = '';
  new Timeline((text) => (head += text));
  return head;
}
