import { VIEW_PATH } from '@lockstep/protocol';
import { WebSocket } from 'ws';
import { RawPeer } from '../lab/raw-peer.ts';
import { ScriptedWorker } from '../lab/scripted-worker.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const ORDERS = ['pause', 'resume', 'stop', 'checkpoint', 'remove', 'kill'] as const;

/** Names, and what people get to see of them. */
const NAMES = [
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['__proto__', '__proto__'],
  ['\u001b[2J\u001b]0;owned\u0007red\u001b[31m\r\n', 'red'],
  ['\u202eevil\u0000', 'evil'],
  ['n'.repeat(256), 'n'.repeat(64)],
] as const;

/** The close code with which a volunteer's orders are answered. */
const closeOf = (port: number, order: (typeof ORDERS)[number]): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${VIEW_PATH}`);
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'hello', role: 'volunteer', worker: '1' }));
      const about = order === 'remove' || order === 'kill' ? { worker: '1' } : {};
      socket.send(JSON.stringify({ type: order, ...about }));
    });
    socket.on('close', resolve);
    socket.on('error', reject);
  });

export const volunteerOrders: Row = {
  id: 'F35',
  title: 'a volunteer gives orders, and hostile names',
  load: 2,
  seconds: 10,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one'] });
    await trial.warm();
    const { port, coordinator } = trial;
    for (const order of ORDERS) mustEqual(await closeOf(port, order), 4403, `the order to ${order}`);
    await trial.journal.steps(20);
    for (const [name, shown] of NAMES) {
      const worker = await ScriptedWorker.join(port, { name });
      await coordinator.line('worker-joined', (line) => line['worker'] === shown);
      worker.socket.terminate();
    }
    const peer = await RawPeer.open(port, { localAddress: '127.0.3.1' });
    peer.send(Buffer.alloc(1024 * 1024, 'n'));
    const { code } = await peer.ended;
    must(code === undefined || code === 1009, `a hello of 1 MB was closed with ${code}`);
    must(
      !/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(coordinator.stderr),
      'a name reached the terminal',
    );
    const steps = await trial.finish();
    return `${ORDERS.length} orders closed with 4403 and not followed; ${NAMES.length} names cleaned, ${steps} steps`;
  },
};
