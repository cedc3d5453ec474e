import path from 'node:path';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const STEPS = 60;

export const lateWorkers: Row = {
  id: 'F50',
  title: 'a worker comes when the run is over',
  load: 3,
  seconds: 8,
  async run(lab) {
    const folder = path.join(lab.folder, 'run');
    const args = ['coordinator', '--format', 'json', '--port', '0', '--out', folder, '--linger', '300'];
    const start = (...more: readonly string[]) =>
      lab.lockstep([...args, ...lab.smallRun(), '--max-steps', String(STEPS), ...more]);
    const first = start();
    const [, url] = await first.said(/ worker (ws:\S+)/);
    const early = lab.lockstep(['worker', url!, '--name', 'early', '--threads', '1']);
    const { weightsSha256 } = await first.line('finished');
    await early.mustExit(0);
    const comesLate = async (address: string): Promise<void> => {
      const late = lab.lockstep(['worker', address, '--name', 'late', '--threads', '1']);
      await late.mustExit(0);
      must(late.stderr.includes(String(weightsSha256)), `it was not told how the run ended: ${late.tail()}`);
    };
    await comesLate(url!);
    // Whatever ends it then, the run has ended well.
    first.kill('SIGTERM');
    await first.mustExit(0);

    const waiting = lab.lockstep(['worker', url!, '--name', 'waiting', '--threads', '1']);
    await waiting.said(/nothing listens at/);
    const again = start('--resume', 'auto');
    mustEqual(
      (await again.line('finished'))['weightsSha256'],
      weightsSha256,
      'the weights that it has at once',
    );
    await waiting.mustExit(0, 45_000);
    await comesLate(url!);
    again.kill('SIGKILL');
    await again.exit;

    const dashboard = lab.lockstep(['dashboard', folder, '--port', '0']);
    const [, page] = await dashboard.said(/as it was.*\n {2}(http:\S+)dashboard/);
    await comesLate(page!);
    return `told by the coordinator, by one started again, and by the dashboard of the folder: exit 0 each time`;
  },
};
