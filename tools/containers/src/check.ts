import { CheckError } from './check-error.ts';
import { output } from './commands.ts';
import { inContainer, type ComposeProject, type Event } from './project.ts';
import { coordinatorIsBack, lastStep, numberIn, sinceStart, workerIsBack, type Sign } from './signs.ts';

export interface CheckSetup {
  readonly project: ComposeProject;
  readonly port: number;
  /** The sha256 that the weights have at the run's end. */
  readonly expected: string;
  say(text: string): void;
}

const START_SECONDS = 180;
const END_SECONDS = 1200;

const sure = (isSo: boolean, what: string): void => {
  if (!isSo) throw new CheckError('wrong', what);
};

/** Takes a run through everything that happens to containers. @throws {CheckError} */
export class ContainerCheck {
  readonly #setup: CheckSetup;
  readonly #project: ComposeProject;

  constructor(setup: CheckSetup) {
    this.#setup = setup;
    this.#project = setup.project;
  }

  async run(): Promise<void> {
    const project = this.#project;
    await project.compose('up', '-d', '--no-build');
    await this.#isTraining(2, 0);
    await this.#isHardened();
    await this.#isNative();
    await this.#linkOpens();
    await this.#survives('the coordinator is killed inside its container', 2, async () =>
      project.killInside(await project.coordinator()),
    );
    await this.#survives(
      'a worker is killed inside its container',
      2,
      async () => {
        const [worker] = await project.containers('worker');
        await project.killInside(worker!);
      },
      workerIsBack,
    );
    await this.#survives('--scale worker=4', 4, () => this.#scale(4), 'none');
    await this.#survives('the container of the coordinator is killed and started', 4, async () => {
      await output(['docker', 'kill', await project.coordinator()]);
      await project.compose('start', 'coordinator');
    });
    await this.#survives('stop, start', 4, async () => {
      await project.compose('stop');
      await project.compose('start');
    });
    await this.#survives('the coordinator is made anew', 4, () =>
      project.compose('up', '-d', '--no-build', '--no-deps', '--force-recreate', 'coordinator'),
    );
    await this.#survives('down, up', 2, async () => {
      await project.compose('down');
      await project.compose('up', '-d', '--no-build');
    });
    await this.#survives('--scale worker=1', 1, () => this.#scale(1), 'none');
    await this.#ends();
    await this.#staysOver();
  }

  async #scale(count: number): Promise<void> {
    await this.#project.compose('up', '-d', '--no-build', '--scale', `worker=${count}`);
  }

  /**
   * Lets something happen; the run has to go on behind its last checkpoint with so many workers.
   * @param sign by what it is seen that it has happened; `none` where the number of workers shows it
   */
  async #survives(
    what: string,
    workers: number,
    happen: () => Promise<void>,
    sign: Sign | 'none' = coordinatorIsBack,
  ): Promise<void> {
    const before = (await this.#project.coordinatorLog()).events;
    sure(before.at(-1)?.type !== 'finished', `the run was over before: ${what}; give more --steps`);
    const step = lastStep(before);
    await happen();
    if (sign !== 'none') {
      await this.#project.until(`${sign.what}: ${what}`, START_SECONDS, async () =>
        sign.isThere((await this.#project.coordinatorLog()).events, before),
      );
    }
    await this.#isTraining(workers, step);
    this.#setup.say(`goes on behind step ${step} with ${workers} workers: ${what}`);
  }

  /** Waits until a checkpoint is behind `step` while exactly so many workers are connected. */
  async #isTraining(workers: number, step: number): Promise<void> {
    await this.#project.until(`${workers} workers train behind step ${step}`, START_SECONDS, async () => {
      const { events } = await this.#project.coordinatorLog();
      const here = sinceStart(events);
      const counted = here.findLast((event) => event['workers'] !== undefined && event.type !== 'waiting');
      if (here.at(-1)?.type === 'finished')
        throw new CheckError('wrong', 'the run ended early: give more --steps');
      return numberIn(counted, 'workers') === workers && lastStep(here) > step;
    });
  }

  async #isHardened(): Promise<void> {
    const ids = [await this.#project.coordinator(), ...(await this.#project.containers('worker'))];
    for (const id of ids) {
      const { stdout } = await inContainer(
        id,
        'cat /proc/1/status; touch /opt/lockstep/x 2>/dev/null && echo WRITTEN; id -u',
      );
      sure(/^CapEff:\s0+$/m.test(stdout), 'a container has capabilities');
      sure(/^NoNewPrivs:\s1$/m.test(stdout), 'a container may get new privileges');
      sure(!stdout.includes('WRITTEN'), "a container's file system can be written");
      sure(!/^0$/m.test(stdout), 'a container runs as root');
    }
    const coordinator = await this.#project.coordinator();
    const { stdout: health } = await output([
      'docker',
      'inspect',
      '-f',
      '{{.State.Health.Status}}',
      coordinator,
    ]);
    sure(health.trim() === 'healthy', `the coordinator is ${health.trim()}, not healthy`);
    const { stdout: modes } = await inContainer(
      coordinator,
      'stat -c %a /data/token/token /data/runs/run/secrets.json',
    );
    sure(/^600\n600$/.test(modes.trim()), `others may read the secrets: ${modes}`);
    this.#setup.say('read-only, without capabilities, not root, healthy, secrets for their owner alone');
  }

  async #isNative(): Promise<void> {
    const { events } = await this.#project.coordinatorLog();
    const computing = events.filter(({ type }) => type === 'started' || type === 'worker-joined');
    const backends = new Set(computing.map(({ backend }) => String(backend)));
    for (const backend of backends)
      sure(backend.startsWith('native'), `a container computes with ${backend}`);
    this.#setup.say(`computes with ${[...backends].join(', ')}`);
  }

  async #linkOpens(): Promise<void> {
    const { text } = await this.#project.coordinatorLog();
    const links = text.match(/https?:\/\/\S+/g) ?? [];
    sure(links.length >= 2, `the coordinator prints no links:\n${text}`);
    for (const link of links) {
      const { host } = new URL(link);
      sure(
        host === `localhost:${this.#setup.port}`,
        `a printed link is for ${host}, which does not open from the host`,
      );
      const answer = await fetch(link);
      sure(answer.ok && (await answer.text()).includes('<html'), `${link} answers ${answer.status}`);
    }
    this.#setup.say(`${links.length} printed links open from the host`);
  }

  async #ends(): Promise<void> {
    const { events } = await this.#finished();
    const found = String(events.findLast(({ type }) => type === 'finished')?.['weightsSha256']);
    sure(
      found === this.#setup.expected,
      `the weights are ${found}, those of one process ${this.#setup.expected}`,
    );
    this.#setup.say(`the bits of a single process: ${found}`);
  }

  /** Waits until every container has ended, with status 0. */
  async #finished(): Promise<{ readonly events: readonly Event[] }> {
    const project = this.#project;
    await project.until('every container has ended', END_SECONDS, async () => {
      const all = await Promise.all(
        (['coordinator', 'worker'] as const).map(async (service) => [
          await project.containers(service),
          await project.containers(service, ['status=exited', 'exited=0']),
        ]),
      );
      return all.every(([made, ended]) => made!.length > 0 && made!.length === ended!.length);
    });
    return project.coordinatorLog();
  }

  /** A run that is over and is started again computes nothing, and ends as before. */
  async #staysOver(): Promise<void> {
    const { expected, say } = this.#setup;
    const before = (await this.#project.coordinatorLog()).events;
    await this.#project.compose('up', '-d', '--no-build');
    const { events } = await this.#finished();
    const again = events.slice(before.length);
    sure(again[0]?.type === 'started', 'the coordinator of a run that is over was not started again');
    sure(
      numberIn(again[0], 'step') === lastStep(before),
      'a run that is over was started again at another step than its last',
    );
    const digests = again.filter(({ type }) => type === 'finished').map((event) => event['weightsSha256']);
    sure(
      digests.join() === expected,
      `a run that is over ends with ${digests.join() || 'nothing'} when started again`,
    );
    say('up again after the end: over at once, and everything ends with status 0');
  }
}
