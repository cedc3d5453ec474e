import type { ChildMessage, CoordinatorLaunch, FinishedFigures } from '@lockstep/config';
import { catchSignals } from '@lockstep/process/signals';

// Before everything else is loaded.
catchSignals();
const { terminalStops } = await import('./terminal-stops.ts');
const stops = terminalStops();
const { describeFailure, EXIT } = await import('@lockstep/config');
const { runCoordinator } = await import('./main.ts');
const { terminalTarget } = await import('./terminal-target.ts');

/** The coordinator as a process of its own, started by `lockstep train`, which sends the launch once it is ready. */
const tell = (message: ChildMessage): void => void process.send?.(message);

process.once('message', (launch: CoordinatorLaunch) => {
  const hooks = {
    target: terminalTarget(),
    onListening: (url: string, token: string | undefined, certificate: string | undefined) =>
      tell({ type: 'listening', url, token, certificate }),
    onFinished: (figures: FinishedFigures) => tell({ type: 'finished', figures }),
    stops,
  };
  runCoordinator(launch, hooks)
    .catch((error: unknown) => {
      const { exitCode, text } = describeFailure(error);
      process.stderr.write(`${text}\n`);
      return exitCode;
    })
    .then(
      (exitCode) => process.exit(exitCode),
      () => process.exit(EXIT.failed),
    );
});
tell({ type: 'ready' });
