import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { BenchError } from '../bench-error.ts';
import { readFinished, type Finished } from '../train-output.ts';
import { LOCKSTEP, withoutSettings } from './train-process.ts';

/** A coordinator that waits for workers or serves them; it ends with this process. */
export interface CoordinatorProcess {
  /** Where workers join. */
  readonly workerUrl: string;
  /** The page of volunteers. */
  readonly volunteerUrl: string;
  /** The dashboard, as the administrator sees it. */
  readonly dashboardUrl: string;
  /** Resolves with its last line once the run is over. @throws {BenchError} `train-failed` */
  finished(): Promise<Finished>;
  /** Ends it at once. */
  kill(): void;
}

/**
 * Starts `lockstep coordinator` on any free port.
 * @param folder where its run goes
 * @param env    added to the environment
 * @throws {BenchError} `train-failed`
 */
export async function startCoordinator(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CoordinatorProcess> {
  const ending = ['--port', '0', '--format', 'json', '--out', path.join(folder, 'run')];
  const child = spawn(process.execPath, [LOCKSTEP, 'coordinator', ...args, ...ending], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutSettings(process.env), LOCKSTEP_LINGER: '0', ...env },
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const output = text(child.stdout);
  const closed = once(child, 'close').then(() => void process.off('exit', kill));
  let errors = '';
  const failure = (): BenchError =>
    new BenchError('train-failed', `lockstep coordinator failed: ${errors.trim()}`);
  child.stderr.setEncoding('utf8');
  const links = await new Promise<Links>((resolve, reject) => {
    child.stderr.on('data', (chunk: string) => {
      errors += chunk;
      const found = linksIn(errors);
      if (found !== undefined) resolve(found);
    });
    void closed.then(() => reject(failure()));
  });
  return {
    ...links,
    finished: async () => {
      await closed;
      if (child.exitCode !== 0) throw failure();
      return readFinished(await output);
    },
    kill,
  };
}

type Links = Pick<CoordinatorProcess, 'workerUrl' | 'volunteerUrl' | 'dashboardUrl'>;

/** The links that a coordinator prints for people, once all of them are there. */
function linksIn(printed: string): Links | undefined {
  const workerUrl = /\bws:\/\/[\w.:[\]]+(?=\s)/.exec(printed)?.[0];
  const volunteerUrl = /open in a browser:\n {2}(http:\S+)\n/.exec(printed)?.[1];
  const dashboardUrl = /administrator\):\n {2}(http:\S+)\n/.exec(printed)?.[1];
  if (workerUrl === undefined || volunteerUrl === undefined || dashboardUrl === undefined) return undefined;
  return { workerUrl, volunteerUrl, dashboardUrl };
}
