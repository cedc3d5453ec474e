/** What a command's exit status says. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  badCheckpoint: 3,
  refused: 4,
  diverged: 5,
  /** The run ended without its checkpoint where it belongs; the weights are kept elsewhere, or not at all. */
  unsaved: 6,
  /** The run is complete, but two computations of one span gave different bits: its weights may be wrong. */
  disagreed: 7,
} as const;

/** The status of what a signal ended, as shells give it. */
type SignalExit = number & { readonly ofSignal: true };

export type ExitCode = (typeof EXIT)[keyof typeof EXIT] | SignalExit;

const FIRST_SIGNAL_EXIT = 128;

/** 128 + n: the status of an unfinished run that signal number `signal` ended. */
export const exitOnSignal = (signal: number): ExitCode => (FIRST_SIGNAL_EXIT + signal) as SignalExit;

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
  if (isAccessDenied(error)) return { exitCode: EXIT.failed, text: `lockstep: ${describeDenial(error)}` };
  const exitCode = EXIT_BY_ERROR[error.name] ?? EXIT.failed;
  if (NAMED_ERRORS.has(error.name)) return { exitCode, text: `lockstep: ${error.message}` };
  return { exitCode, text: `lockstep: unexpected ${error.stack ?? String(error)}` };
}

/** A refusal by Node's permission model, for which somebody started it with `--permission`. */
interface AccessDenied extends Error {
  readonly permission?: string;
  readonly resource?: string;
}

const isAccessDenied = (error: Error): error is AccessDenied =>
  (error as { code?: unknown }).code === 'ERR_ACCESS_DENIED';

/** The flag that allows each kind of access, by Node's name for it. */
const ALLOWING: Readonly<Record<string, string>> = {
  FileSystemRead: '--allow-fs-read=',
  FileSystemWrite: '--allow-fs-write=',
  ChildProcess: '--allow-child-process',
  WorkerThreads: '--allow-worker',
  Addon: '--allow-addons',
  Net: '--allow-net',
};

function describeDenial({ permission = '', resource = '', message }: AccessDenied): string {
  const flag = ALLOWING[permission];
  const what = resource === '' ? (permission === '' ? message : permission) : `${permission} of ${resource}`;
  const remedy =
    flag === undefined
      ? 'start it'
      : `start it with ${flag}${flag.endsWith('=') ? resource || '*' : ''} too, or`;
  return `Node's permission model (--permission) refuses ${what}: ${remedy} without --permission`;
}

/** By name, not by class: each app is built with its own copy of the class. */
const isCommandError = (error: Error): error is CommandError =>
  error.name === 'CommandError' && isExitCode((error as Partial<CommandError>).exitCode);

const isExitCode = (code: unknown): code is ExitCode =>
  Object.values<unknown>(EXIT).includes(code) ||
  (Number.isInteger(code) && (code as number) > FIRST_SIGNAL_EXIT && (code as number) < 256);
