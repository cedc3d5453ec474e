import { encodeWorkerMessage, PROTOCOL_VERSION } from '@lockstep/protocol';
import { WebSocketServer, WebSocket } from 'ws';
import type { AddressInfo } from 'node:net';
import type { Lab } from '../lab/lab.ts';
import { ScriptedWorker } from '../lab/scripted-worker.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** A hello of another version, which no encoder writes: the number is the byte after its name. */
function ofVersion(frame: Uint8Array, version: number): Uint8Array {
  const copy = frame.slice();
  copy[Buffer.from(copy).indexOf('protocol') + 'protocol'.length] = version;
  return copy;
}

/** Passes WebSocket messages on to `port`, the first of each client as one of another version. @returns its own port, and how many came */
async function newerWorkers(
  lab: Lab,
  port: number,
): Promise<{ readonly port: number; readonly count: () => number }> {
  let count = 0;
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  lab.onEnd(() => server.close());
  server.on('connection', (near) => {
    const first = ++count;
    const far = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    const waiting: Buffer[] = [];
    near.on('message', (frame: Buffer) => {
      const passed =
        waiting.length === 0 && first > 0 ? Buffer.from(ofVersion(frame, PROTOCOL_VERSION + 1)) : frame;
      waiting.push(passed);
      if (far.readyState === WebSocket.OPEN) far.send(passed);
    });
    far.on('open', () => waiting.forEach((frame) => far.send(frame)));
    far.on('message', (frame: Buffer) => near.send(frame));
    far.on('close', (code, reason) => near.close(code, reason));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port, count: () => count };
}

export const otherVersion: Row = {
  id: 'F30',
  title: 'a worker speaks another protocol, or computes under another contract',
  load: 3,
  seconds: 8,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one'] });
    const from = await trial.warm();
    const cases = [
      ['protocol', {}, new RegExp(`version ${PROTOCOL_VERSION}, the peer ${PROTOCOL_VERSION + 1}`)],
      ['contract', { contract: 'exact-1' }, /exact-1.*exact-2/],
      ['golden digest', { goldenDigest: 'f'.repeat(64) }, /does not give the contract's bits/],
    ] as const;
    for (const [name, changes, pattern] of cases) {
      const worker = new ScriptedWorker(trial.port);
      await worker.opened();
      const hello = encodeWorkerMessage(worker.hello(changes));
      worker.sendFrame(name === 'protocol' ? ofVersion(hello, PROTOCOL_VERSION + 1) : hello);
      const { code } = await worker.closed;
      mustEqual(code, 4406, `another ${name}: the close code`);
      must(
        pattern.test(worker.refused?.detail ?? ''),
        `another ${name}: it was told ${worker.refused?.detail}`,
      );
    }
    const newer = await newerWorkers(lab, trial.port);
    const worker = lab.lockstep(['worker', `ws://127.0.0.1:${newer.port}`, '--name', 'newer']);
    await worker.mustExit(4);
    must(cases[0][2].test(worker.stderr), `the worker said ${worker.stderr}`);
    mustEqual(newer.count(), 1, 'tries of the worker');
    const refused = trial.entriesOf('refused', from).filter(({ code }) => code === 4406);
    must(refused.length > 0, 'it was not counted');
    const steps = await trial.finish();
    return `closed with 4406 and both named; a real worker exits 4 after one try, ${steps} steps`;
  },
};
