import { setTimeout as delay } from 'node:timers/promises';
import { CheckError } from './check-error.ts';
import { output, type Output } from './commands.ts';

export type Service = 'coordinator' | 'worker';

/** A line of a container that prints JSON. */
export type Event = Readonly<Record<string, unknown>> & { readonly type: string };

export interface ProjectSetup {
  /** `docker-compose`, or `docker compose`. */
  readonly command: readonly string[];
  /** Where compose.yaml and .env lie. */
  readonly folder: string;
  readonly name: string;
}

/** The containers of a compose file. What is asked of them is asked of the engine, which answers every version of Compose alike. */
export class ComposeProject {
  readonly #setup: ProjectSetup;

  constructor(setup: ProjectSetup) {
    this.#setup = setup;
  }

  /** Runs `up`, `stop` and the like. */
  async compose(...args: readonly string[]): Promise<void> {
    const { command, folder, name } = this.#setup;
    await output([...command, '-p', name, ...args], { cwd: folder, env: withoutSettings(process.env) });
  }

  /** Containers of a service, running or not. */
  async containers(service: Service, filter: readonly string[] = []): Promise<readonly string[]> {
    const labels = [
      `com.docker.compose.project=${this.#setup.name}`,
      `com.docker.compose.service=${service}`,
    ];
    const filters = [...labels.map((label) => `label=${label}`), ...filter];
    const flags = filters.flatMap((text) => ['--filter', text]);
    const { stdout } = await output(['docker', 'ps', '-aq', '--no-trunc', ...flags]);
    return stdout.split('\n').filter((id) => id !== '');
  }

  async coordinator(): Promise<string> {
    const [id] = await this.containers('coordinator');
    if (id === undefined) throw new CheckError('wrong', 'there is no container of the coordinator');
    return id;
  }

  /** What the coordinator printed since its container was made, and what it told people. */
  async coordinatorLog(): Promise<{ readonly events: readonly Event[]; readonly text: string }> {
    const { stdout, stderr } = await output(['docker', 'logs', await this.coordinator()]);
    return { events: eventsIn(stdout), text: stderr };
  }

  /** Kills what runs in a container, as a system does that is out of memory. */
  async killInside(id: string): Promise<void> {
    await inContainer(id, 'kill -9 $(cat /proc/1/task/1/children)');
  }

  /** Waits until `isSo`. @throws {CheckError} `wrong` with the last lines of the coordinator after `seconds` */
  async until(what: string, seconds: number, isSo: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (!(await isSo())) {
      if (performance.now() > end) {
        const { events, text } = await this.coordinatorLog();
        const last = [
          ...text.split('\n').slice(-8),
          ...events.slice(-8).map((event) => JSON.stringify(event)),
        ];
        throw new CheckError('wrong', `after ${seconds} s not yet: ${what}\n${last.join('\n')}`);
      }
      await delay(500);
    }
  }
}

/** Runs a line of shell in a container. */
export const inContainer = (id: string, script: string): Promise<Output> =>
  output(['docker', 'exec', id, 'sh', '-c', script]);

/** The JSON lines among `text`. */
export const eventsIn = (text: string): readonly Event[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Event);

/** Settings come from the .env beside the file alone, which is a part of what is checked. */
const withoutSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LOCKSTEP_')));
