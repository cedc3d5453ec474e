import type { ReportTarget } from './reporter.ts';

/** This process's standard output and error. */
export function terminalTarget(): ReportTarget {
  // Whoever read the output may be gone (`| head`): the run does not depend on it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const isTerminal = process.stdout.isTTY;
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    columns: isTerminal ? process.stdout.columns : undefined,
    hasColour: isTerminal && process.env['NO_COLOR'] === undefined,
  };
}
