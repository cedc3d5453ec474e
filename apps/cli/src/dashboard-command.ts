import type { DashboardOptions, ExitCode } from '@lockstep/config';
import { loadCoordinator } from './apps.ts';
import { assertPermitted } from './permitted.ts';
import { tokensFromEnvironment } from './token.ts';

/** `lockstep dashboard RUN_DIR`: a run that is over, as it was watched. */
export async function runDashboardCommand(folder: string, options: DashboardOptions): Promise<ExitCode> {
  assertPermitted('dashboard', 'net');
  const { runDashboard, terminalTarget } = await loadCoordinator();
  const { viewToken } = tokensFromEnvironment();
  const secret = viewToken === undefined ? {} : { viewToken };
  return runDashboard({ folder, options, ...secret }, { target: terminalTarget() });
}
