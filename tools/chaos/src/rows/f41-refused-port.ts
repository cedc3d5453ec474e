import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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
    const nowhere = path.join(lab.folder, 'nowhere');
    const refusals: readonly (readonly [readonly string[], number])[] = [
      [['coordinator', '--port', port, '--max-steps', '777777'], 1],
      [['train', '--workers', '1', '--port', port, '--max-steps', '777777'], 1],
      [['coordinator', '--port', '0', '--host', '192.0.2.1', '--max-steps', '777777'], 1],
      [
        ['coordinator', '--port', '0', '--min-workers', '5', '--max-workers', '2', '--max-steps', '777777'],
        2,
      ],
      [
        ['coordinator', '--port', '0', '--trace', path.join(nowhere, 'trace.json'), '--max-steps', '777777'],
        2,
      ],
      [['train', '--workers', '0', '--max-steps', '1'], 2],
      [['train', '--workers', '0', '--seed', '99'], 3],
      [['train', '--workers', '0', '--dataset', nowhere], 1],
    ];
    for (const [command, status] of refusals) {
      const args = [...command, '--resume', 'auto', '--out', trial.folder, '--format', 'json'];
      const refused = lab.lockstep(args);
      await refused.mustExit(status);
      mustEqual(stateOf(trial.folder), before, `the run's folder after ${command.join(' ')}`);
    }
    const out = path.join(lab.folder, 'not', 'there');
    const [trace, spare] = [path.join(lab.folder, 'trace.json'), path.join(lab.folder, 'spare', 'place')];
    writeFileSync(trace, 'of a run that goes on');
    const places = ['--out', out, '--trace', trace, '--spare-out', spare];
    const fresh = lab.lockstep(['coordinator', '--port', port, ...places, ...lab.smallRun()]);
    await fresh.mustExit(1);
    for (const folder of [out, spare]) {
      must(!existsSync(path.dirname(folder)), `a start that was refused left ${folder}`);
    }
    mustEqual(readFileSync(trace, 'utf8'), 'of a run that goes on', 'the trace that was there');
    await trial.resume();
    await trial.journal.steps(5);
    const steps = await trial.finish();
    return `${refusals.length} starts refused, the run's folder as it was, byte for byte; ${steps} steps`;
  },
};
