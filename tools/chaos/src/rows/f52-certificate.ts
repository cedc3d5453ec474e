import path from 'node:path';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const RESTARTS = 3;

export const certificate: Row = {
  id: 'F52',
  title: 'the coordinator, with a certificate of its own making, is killed and started again',
  load: 5,
  seconds: 20,
  async run(lab) {
    const folder = path.join(lab.folder, 'run');
    const settings = [
      '--tls',
      'self-signed',
      '--port',
      '0',
      '--checkpoint-every',
      '20',
      '--max-steps',
      '1000000',
    ];
    const start = () =>
      lab.lockstep([
        'coordinator',
        '--format',
        'json',
        '--out',
        folder,
        '--resume',
        'auto',
        ...settings,
        ...lab.smallRun(),
      ]);
    const fingerprint = /fingerprint before you go on\n {2}(\S+)/;
    let coordinator = start();
    const [, url] = await coordinator.said(/ worker (wss:\S+)/);
    const [, first] = await coordinator.said(fingerprint);
    const trust = { NODE_EXTRA_CA_CERTS: path.join(folder, 'certificate.pem') };
    const worker = lab.lockstep(['worker', url!, '--name', 'one', '--threads', '1'], { env: trust });
    for (let restart = 0; restart < RESTARTS; restart++) {
      await coordinator.line('worker-joined', undefined, 45_000);
      await coordinator.line('checkpoint');
      coordinator.kill('SIGKILL');
      await coordinator.exit;
      coordinator = start();
      mustEqual((await coordinator.said(fingerprint))[1], first, 'the fingerprint of the next start');
      mustEqual((await coordinator.said(/ worker (wss:\S+)/))[1], url, 'its address');
    }
    await coordinator.line('worker-joined', undefined, 45_000);
    must(worker.isRunning, `the worker gave up: ${worker.tail()}`);
    worker.kill('SIGTERM');
    await worker.mustExit(0);
    return `${RESTARTS} restarts, one fingerprint and one address, the worker back each time`;
  },
};
