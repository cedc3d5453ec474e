import { pathToFileURL, fileURLToPath } from 'node:url';
import {
  CommandError,
  EXIT,
  type BenchLaunch,
  type CoordinatorLaunch,
  type DashboardLaunch,
  type ExitCode,
  type FinishedFigures,
  type WorkerLaunch,
} from '@lockstep/config';

/**
 * The other apps, as they are built beside this one. The command starts them, in its own process or as children, and knows no more
 * of them than these signatures.
 */
interface CoordinatorApp {
  runCoordinator(
    launch: CoordinatorLaunch,
    hooks: { readonly target: unknown; onFinished?(figures: FinishedFigures): void },
  ): Promise<ExitCode>;
  runDashboard(launch: DashboardLaunch, hooks: { readonly target: unknown }): Promise<ExitCode>;
  terminalTarget(): unknown;
}
interface WorkerApp {
  runWorker(launch: WorkerLaunch): Promise<ExitCode>;
  runBench(launch: BenchLaunch): Promise<ExitCode>;
}

const built = (app: 'coordinator' | 'worker', entry: 'main' | 'process'): URL =>
  new URL(`../../${app}/dist/${entry}.mjs`, import.meta.url);

/** The script that runs an app as a child process. */
export const processScript = (app: 'coordinator' | 'worker'): string => fileURLToPath(built(app, 'process'));

export const loadCoordinator = (): Promise<CoordinatorApp> =>
  load<CoordinatorApp>(built('coordinator', 'main'));
export const loadWorker = (): Promise<WorkerApp> => load<WorkerApp>(built('worker', 'main'));

async function load<App>(url: URL): Promise<App> {
  try {
    return (await import(pathToFileURL(fileURLToPath(url)).href)) as App;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new CommandError(EXIT.failed, 'Lockstep is not built here: run `npm run build` in its folder', {
      cause,
    });
  }
}
