import type { coordinatorOptions, ExitCode, Resolved } from '@lockstep/config';
import { loadCoordinator } from './apps.ts';
import { assertPermitted } from './permitted.ts';
import { tokensFromEnvironment } from './token.ts';

/** `lockstep coordinator`: the coordinator in this process. */
export async function runCoordinatorCommand(options: Resolved<typeof coordinatorOptions>): Promise<ExitCode> {
  assertPermitted('coordinator', 'fsync', 'worker', 'net');
  const { runCoordinator, terminalTarget } = await loadCoordinator();
  const launch = { options, isLocal: false, isSupervised: false, ...tokensFromEnvironment() };
  return runCoordinator(launch, { target: terminalTarget() });
}
