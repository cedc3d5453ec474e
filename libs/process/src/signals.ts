import { constants } from 'node:os';
import { fstatSync, readSync, statSync } from 'node:fs';

/**
 * What ends a process by default, can be caught, and means no fault of an instruction (ILL, BUS, FPE, SEGV: going on after those is
 * going on with broken memory). Node ignores PIPE and XFSZ by itself: such a write fails. It knows no real-time signals.
 */
const ENDING = [
  ...['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTRAP', 'SIGABRT', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGTERM'],
  ...['SIGSTKFLT', 'SIGXCPU', 'SIGVTALRM', 'SIGPROF', 'SIGIO', 'SIGPWR', 'SIGSYS', 'SIGBREAK'],
] as NodeJS.Signals[];

/** The signals of this system that end a run after its checkpoint. */
export const endingSignals: readonly NodeJS.Signals[] = ENDING.filter((name) => name in constants.signals);

/** One for the whole process, however many bundles have this code. */
interface Catcher {
  /** Those that came before anybody listened. */
  readonly held: NodeJS.Signals[];
  readonly handlers: Map<NodeJS.Signals, () => void>;
  listener: ((signal: NodeJS.Signals) => void) | undefined;
}

/** How often, and how many times, a debugger is looked for that a signal before the first line of the program opens late. */
const LOOK_EVERY_MS = 50;
const LATE_LOOKS = 60;

const KEY = Symbol.for('lockstep.signals');
const place = globalThis as { [KEY]?: Catcher };

/**
 * From here on no signal ends this process: each is held until somebody listens. Whoever calls it does so in the first line of the
 * program. A handler of SIGUSR1 also keeps Node from opening its debugger; one that was opened before is closed.
 */
export function catchSignals(): void {
  if (place[KEY] !== undefined) return;
  const catcher: Catcher = { held: [], handlers: new Map(), listener: undefined };
  place[KEY] = catcher;
  const take = (signal: NodeJS.Signals): void => {
    if (catcher.listener === undefined) catcher.held.push(signal);
    else catcher.listener(signal);
  };
  for (const name of endingSignals) {
    if (name === 'SIGPROF' && isProfiled()) continue;
    const handler = name === 'SIGHUP' && isUnderNohup() ? () => undefined : () => take(name);
    process.on(name, handler);
    catcher.handlers.set(name, handler);
  }
  // A terminal that is closed, or a reader that is gone, fails every write.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const look = (): void => {
    if (closeDebugger()) take('SIGUSR1');
  };
  look();
  if (isDebuggerWanted()) return;
  // A signal that came before this line is still on its way to the debugger: it may open when the machine gets round to it, and then at
  // any port, so that another process's debugger does not hide it.
  process.debugPort = 0;
  setImmediate(look);
  let looks = 0;
  const timer = setInterval(() => {
    look();
    if (++looks === LATE_LOOKS) clearInterval(timer);
  }, LOOK_EVERY_MS).unref();
}

/** Gives `listener` each signal from here on, and those that came before. @returns ends it: later ones are held again */
export function onEndingSignal(listener: (signal: NodeJS.Signals) => void): () => void {
  catchSignals();
  const catcher = place[KEY]!;
  catcher.listener = listener;
  for (const signal of catcher.held.splice(0)) listener(signal);
  return () => {
    if (catcher.listener === listener) catcher.listener = undefined;
  };
}

/** For what has nothing to save: signals end it as the system has it, also one that came before. */
export function releaseSignals(): void {
  const catcher = place[KEY];
  if (catcher === undefined) return;
  for (const [name, handler] of catcher.handlers) process.off(name, handler);
  catcher.handlers.clear();
  const [first] = catcher.held.splice(0);
  if (first !== undefined) process.kill(process.pid, first);
}

const nodeFlags = (): string => [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');

/** V8's profiler works by SIGPROF. */
const isProfiled = (): boolean => /--(cpu-)?prof\b/.test(nodeFlags());

const isDebuggerWanted = (): boolean => /--inspect|--debug/.test(nodeFlags());

/** @returns whether a debugger listened that nobody had asked for but by SIGUSR1, before a handler was there */
function closeDebugger(): boolean {
  if (isDebuggerWanted()) return false;
  const getModule = process.getBuiltinModule as typeof process.getBuiltinModule | undefined;
  const inspector = getModule?.('node:inspector');
  if (inspector?.url() === undefined) return false;
  inspector.close();
  return true;
}

/**
 * Whether `nohup` started this process from a terminal. It has SIGHUP ignored, and Node takes that back when it starts; but it also
 * makes standard input the null device, open for writing only, which nobody else does.
 */
export function isUnderNohup(): boolean {
  try {
    if (fstatSync(0).rdev !== statSync('/dev/null').rdev) return false;
    readSync(0, Buffer.alloc(1));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EBADF';
  }
}
