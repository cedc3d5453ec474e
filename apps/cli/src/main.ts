import { describeFailure, EXIT } from '@lockstep/config';
import { CommanderError } from 'commander';
import { makeProgram } from './program.ts';

/** Runs the `lockstep` command with its arguments. Ends the process with the command's exit status. */
export async function main(args: readonly string[]): Promise<void> {
  let exitCode: number = EXIT.failed;
  try {
    const program = makeProgram((code) => (exitCode = code));
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    exitCode = report(error);
  }
  process.exit(exitCode);
}

function report(error: unknown): number {
  // Commander has printed what was wrong, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const { exitCode, text } = describeFailure(error);
  process.stderr.write(`${text}\n`);
  return exitCode;
}
