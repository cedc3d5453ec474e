import type { ChildMessage, WorkerLaunch } from '@lockstep/config';
import { catchSignals } from '@lockstep/process/signals';

// Before everything else is loaded.
catchSignals();
const { describeFailure, EXIT } = await import('@lockstep/config');
const { runWorker } = await import('./main.ts');

/** The worker as a process of its own, started by `lockstep train`, which sends the launch once it is ready. */
const tell = (message: ChildMessage): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });

process.once('message', (launch: WorkerLaunch) => {
  runWorker(launch, () => tell({ type: 'removed' }))
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
void tell({ type: 'ready' });
