/** What a command's exit status says. 130 and 143 follow from the signal that ended an unfinished run. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  badCheckpoint: 3,
  refused: 4,
  diverged: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure whose message is meant for people: one sentence with the remedy, printed without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const EXIT_BY_ERROR: Readonly<Record<string, ExitCode>> = {
  ConfigError: EXIT.usage,
  CheckpointError: EXIT.badCheckpoint,
  SubnormalsError: EXIT.refused,
  WrongBitsError: EXIT.refused,
};

/** Errors of the rooms below, whose messages are for people too. */
const NAMED_ERRORS = new Set([
  'ConfigError',
  'CheckpointError',
  'StorageError',
  'DataError',
  'NetworkError',
  'ShapeError',
  'BackendMemoryError',
  'BackendUnavailableError',
  'SubnormalsError',
  'WrongBitsError',
]);

/** The exit status and the text that `error` ends a command with; a stack trace only for a defect of ours. */
export function describeFailure(error: unknown): { readonly exitCode: ExitCode; readonly text: string } {
  if (!(error instanceof Error)) return { exitCode: EXIT.failed, text: `lockstep: ${String(error)}` };
  if (isCommandError(error)) return { exitCode: error.exitCode, text: `lockstep: ${error.message}` };
  const exitCode = EXIT_BY_ERROR[error.name] ?? EXIT.failed;
  if (NAMED_ERRORS.has(error.name)) return { exitCode, text: `lockstep: ${error.message}` };
  return { exitCode, text: `lockstep: unexpected ${error.stack ?? String(error)}` };
}

/** By name, not by class: each app is built with its own copy of the class. */
const isCommandError = (error: Error): error is CommandError =>
  error.name === 'CommandError' &&
  Object.values<unknown>(EXIT).includes((error as Partial<CommandError>).exitCode);
