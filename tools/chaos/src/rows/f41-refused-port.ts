import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** All that lies in `folder`: names, contents, times. */
const stateOf = (folder: string): string =>
  JSON.stringify(
    readdirSync(folder)
      .sort()
      .map((name) => {
        const file = path.join(folder, name);
        return [name, readFileSync(file).toString('base64'), statSync(file).mtimeMs];
      }),
  );

async function takenPort(lab: Lab): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  lab.onEnd(() => server.close());
  return String((server.address() as AddressInfo).port);
}

export const refusedPort: Row = {
  id: 'F41',
  title: 'a start is refused for its port, its data or its settings',
  load: 5,
  seconds: 20,
  async run(lab) {
    const trial = await Trial.start(lab, { settings: ['--checkpoint-every', '10'], workers: ['one', 'two'] });
    await trial.warm();
    await trial.coordinator.line('checkpoint');
    trial.coordinator.kill('SIGTERM');
    await trial.coordinator.mustExit(143);
    const before = stateOf(trial.folder);
    const port = await takenPort(lab);
    const refusals: readonly (readonly [readonly string[], number])[] = [
      [['coordinator', '--port', port, '--max-steps', '777777'], 1],
      [['train', '--workers', '1', '--port', port, '--max-steps', '777777'], 1],
      [['coordinator', '--port', '0', '--host', '192.0.2.1', '--max-steps', '777777'], 1],
      [['train', '--workers', '0', '--max-steps', '1'], 2],
      [['train', '--workers', '0', '--seed', '99'], 3],
      [['train', '--workers', '0', '--dataset', path.join(lab.folder, 'nowhere')], 1],
    ];
    for (const [command, status] of refusals) {
      const args = [...command, '--resume', 'auto', '--out', trial.folder, '--format', 'json'];
      const refused = lab.lockstep(args);
      await refused.mustExit(status);
      mustEqual(stateOf(trial.folder), before, `the run's folder after ${command.join(' ')}`);
    }
    const out = path.join(lab.folder, 'not', 'there');
    const fresh = lab.lockstep(['coordinator', '--port', port, '--out', out, ...lab.smallRun()]);
    await fresh.mustExit(1);
    must(!existsSync(path.dirname(out)), 'a start that was refused left a folder');
    await trial.resume();
    await trial.journal.steps(5);
    const steps = await trial.finish();
    return `${refusals.length} starts refused, the run's folder as it was, byte for byte; ${steps} steps`;
  },
};
