import type { coordinatorOptions, ExitCode, Resolved } from '@lockstep/config';
import { loadCoordinator } from './apps.ts';
import { tokenFromEnvironment } from './token.ts';

/** `lockstep coordinator`: the coordinator in this process. */
export async function runCoordinatorCommand(options: Resolved<typeof coordinatorOptions>): Promise<ExitCode> {
  const { runCoordinator, terminalTarget } = await loadCoordinator();
  const launch = { options, isLocal: false, isSupervised: false, ...tokenFromEnvironment() };
  return runCoordinator(launch, { target: terminalTarget() });
}
