import { describeFailure, EXIT, type ChildMessage, type CoordinatorLaunch } from '@lockstep/config';
import { runCoordinator } from './main.ts';
import { terminalTarget } from './terminal-target.ts';

/** The coordinator as a process of its own, started by `lockstep train`, which sends the launch once it is ready. */
const tell = (message: ChildMessage): void => void process.send?.(message);

process.once('message', (launch: CoordinatorLaunch) => {
  const hooks = {
    target: terminalTarget(),
    onListening: (url: string, token: string | undefined, certificate: string | undefined) =>
      tell({ type: 'listening', url, token, certificate }),
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
