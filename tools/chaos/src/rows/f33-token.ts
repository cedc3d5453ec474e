import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { encodeWorkerMessage, type WorkerMessage } from '@lockstep/protocol';
import { RawPeer } from '../lab/raw-peer.ts';
import { ScriptedWorker } from '../lab/scripted-worker.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const GUESSES = 1000;

export const token: Row = {
  id: 'F33',
  title: `no token, a wrong one, ${GUESSES.toLocaleString('en-US')} guesses`,
  load: 5,
  seconds: 16,
  async run(lab) {
    const secret = randomBytes(16).toString('hex');
    const trial = await Trial.start(lab, { workers: ['one'], process: { env: { LOCKSTEP_TOKEN: secret } } });
    const from = await trial.warm();
    const script = new ScriptedWorker(trial.port, { name: 'honest', token: secret });
    await script.opened();
    const hello = script.hello();
    script.socket.terminate();
    const { token: _, ...helloWithout } = hello;
    const openings: readonly (readonly [string, Uint8Array | undefined])[] = [
      ['a hello without a token', encodeWorkerMessage(helloWithout)],
      ['a hello with a wrong token', encodeWorkerMessage({ ...hello, token: secret.replace(/.$/, 'x') })],
      ['another message', encodeWorkerMessage({ type: 'leave', reason: 'x' } satisfies WorkerMessage)],
      ['bytes that are no message', Buffer.from('not a message')],
      ['nothing', undefined],
    ];
    const startedAt = performance.now();
    const ends = openings.map(async ([name, bytes], index) => {
      const peer = await RawPeer.open(trial.port, { localAddress: `127.0.1.${index + 1}` });
      if (bytes !== undefined) peer.send(bytes);
      peer.send(encodeWorkerMessage({ type: 'leave', reason: 'never read' }), {
        isLast: bytes !== undefined,
      });
      const { code, at } = await peer.ended;
      mustEqual(code, 4401, `${name}: the close code`);
      lab.within(6000, `${name}: closed`, startedAt, at);
    });
    await Promise.all(ends);
    const answers = await guess(trial.port, hello);
    must(answers.wrong >= 1 && answers.wrong <= 20, `${answers.wrong} guesses were looked at`);
    mustEqual(answers.wrong + answers.tooMany, GUESSES, 'guesses that were answered');
    const right = await ScriptedWorker.join(trial.port, {
      name: 'other',
      token: secret,
      localAddress: '127.0.2.2',
    });
    right.socket.terminate();
    const worker = lab.lockstep(['worker', `ws://127.0.0.1:${trial.port}`, '--name', 'stranger'], {
      env: { LOCKSTEP_TOKEN: 'x'.repeat(32) },
    });
    await worker.mustExit(4);
    must(
      trial.entriesOf('refused', from).some(({ name }) => name === 'guesses'),
      'the guesses were not counted',
    );
    const steps = await trial.finish();
    const printed = [trial.coordinator, ...[...trial.workers.values()].map(({ running }) => running)];
    for (const { stdout, stderr } of printed)
      must(!`${stdout}${stderr}`.includes(secret), 'a process printed the token');
    for (const name of readdirSync(trial.folder)) {
      must(!readFileSync(path.join(trial.folder, name)).includes(secret), `the token is in ${name}`);
    }
    return `closed with 4401; ${answers.wrong} of ${GUESSES} guesses looked at, ${answers.tooMany} answered 429 before the upgrade; the token is in no log, ${steps} steps`;
  },
};

/** Guesses from one address, one after the other. */
async function guess(
  port: number,
  hello: WorkerMessage & { readonly type: 'hello' },
): Promise<{ readonly wrong: number; readonly tooMany: number }> {
  let [wrong, tooMany] = [0, 0];
  for (let count = 0; count < GUESSES; count++) {
    const peer = await RawPeer.open(port, { localAddress: '127.0.2.1' });
    if (peer.status === 101) {
      peer.send(encodeWorkerMessage({ ...hello, token: randomBytes(16).toString('hex') }));
      const { code } = await peer.ended;
      if (code === 4401) wrong++;
    } else if (peer.status === 429) tooMany++;
    peer.socket.destroy();
  }
  return { wrong, tooMany };
}
