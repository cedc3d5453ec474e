import { statSync } from 'node:fs';
import path from 'node:path';
import { launchBrowser } from '@lockstep/browsers';
import { JournalTail } from '../lab/journal-tail.ts';
import type { Lab } from '../lab/lab.ts';
import { oracle } from '../lab/oracle.ts';
import type { Running } from '../lab/running.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const RESTARTS = 10;
const NAMES = ['one', 'two', 'three'];
/** Longer than the longest wait of a worker between two tries. */
const BACK_MS = 60_000;

interface Printed {
  readonly command: string;
  readonly link: string;
  readonly admin: string;
}

async function printedBy(coordinator: Running): Promise<Printed> {
  const [, command] = await coordinator.said(/on this machine:\n {2}(.*)\n/);
  const [, link] = await coordinator.said(/in a browser:\n {2}(\S+)\n/);
  const [, admin] = await coordinator.said(/administrator\):\n {2}(\S+)\n/);
  return { command: command!, link: link!, admin: admin! };
}

/** Starts, kills and starts it again with one and the same command line; nothing is set in the environment. */
function starter(lab: Lab, folder: string): (...args: readonly string[]) => Running {
  const settings = ['--host', '0.0.0.0', '--port', '0', '--checkpoint-every', '50', '--min-workers', '1'];
  const common = ['coordinator', '--format', 'json', '--out', folder, '--resume', 'auto'];
  return (...args) => lab.lockstep([...common, ...settings, ...run(lab), ...args]);
}

/** Steps that take some milliseconds, so that everybody has a part of them. */
const run = (lab: Lab): readonly string[] => lab.smallRun({ hidden: '256,128', 'batch-size': '512' });

export const identity: Row = {
  id: 'F49',
  title: 'the coordinator is killed and started again, ten times, and made its own tokens',
  load: 14,
  seconds: 70,
  async run(lab) {
    const folder = path.join(lab.folder, 'run');
    const start = starter(lab, folder);
    let coordinator = start('--max-steps', '1000000');
    const printed = await printedBy(coordinator);
    mustEqual(
      statSync(path.join(folder, 'secrets.json')).mode & 0o777,
      0o600,
      "the mode of the run's secrets",
    );
    const local = (link: string): string => link.replace(/\/\/[^/:]+:/, '//127.0.0.1:');
    const workers = NAMES.map((name) =>
      lab.lockstep(['worker', local(printed.link), '--name', name, '--threads', '1']),
    );
    const browser = await launchBrowser('chromium');
    lab.onEnd(() => browser.close());
    const tab = await browser.open(local(printed.link));
    await tab.until(`document.getElementById('start')?.disabled === false`);
    const tabName = String(await tab.evaluate(`document.getElementById('name').value`));
    await tab.click('#start');
    const watch = await browser.open(local(printed.admin));
    const everybody = [...NAMES, tabName];
    const journal = new JournalTail(folder);
    const allBack = async (): Promise<void> => {
      for (const name of everybody)
        await coordinator.line('worker-joined', ({ worker }) => worker === name, BACK_MS);
    };
    await allBack();
    await coordinator.line('checkpoint');
    let slowestMillis = 0;
    for (let restart = 0; restart < RESTARTS; restart++) {
      await journal.steps(20);
      coordinator.kill('SIGKILL');
      await coordinator.exit;
      const killedAt = performance.now();
      coordinator = start('--max-steps', '1000000');
      mustEqual(await printedBy(coordinator), printed, 'what the next start printed');
      await allBack();
      slowestMillis = Math.max(slowestMillis, performance.now() - killedAt);
      const pause = `[...document.querySelectorAll('button')].find((each) => each.innerText.trim() === 'Pause')`;
      await watch.until(
        `document.querySelector('.pill')?.innerText === 'training' && ${pause}?.disabled === false`,
      );
    }
    coordinator.kill('SIGTERM');
    await coordinator.mustExit(143);
    const { step } = coordinator.lines.findLast(({ type }) => type === 'stopped')!;
    const steps = Number(step) + 20;
    const last = start('--max-steps', String(steps), '--linger', '300');
    const { weightsSha256 } = await last.line('finished', undefined, BACK_MS);
    for (const worker of workers) await worker.mustExit(0, BACK_MS);
    await tab.until(
      `document.getElementById('state').innerText.match(/^(Finished\\.|This run is over)/) !== null`,
      BACK_MS,
    );
    last.kill('SIGTERM');
    await last.mustExit(0);
    mustEqual(weightsSha256, await oracle(lab, run(lab), steps), 'the weights of the run');
    const token = /token=(\w+)/.exec(printed.link)![1]!;
    for (const worker of workers)
      must(!worker.stderr.includes(token), `a worker printed the token: ${worker.tail()}`);
    return `${RESTARTS} restarts, everybody back within ${(slowestMillis / 1000).toFixed(1)} s, the same links and commands, ${steps} steps`;
  },
};
