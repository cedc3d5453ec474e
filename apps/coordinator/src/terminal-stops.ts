/** Ctrl-Z and fg, as the process hears of them that has the terminal. */
export interface TerminalStops {
  /** Tells `listener` whether the run is to stand still: now if it already is, and at each change. */
  onChange(listener: (isStopped: boolean) => void): void;
}

/**
 * What `train` passes on of its terminal. A child that stopped altogether would stay so for ever if `train` were killed meanwhile;
 * this one stands still and hears of that.
 */
export function terminalStops(): TerminalStops {
  let isStopped = false;
  let tell: (isStopped: boolean) => void = () => undefined;
  const change = (next: boolean) => (): void => {
    if (next !== isStopped) tell((isStopped = next));
  };
  process.on('SIGTSTP', change(true));
  process.on('SIGCONT', change(false));
  return {
    onChange(listener) {
      tell = listener;
      if (isStopped) listener(true);
    },
  };
}
