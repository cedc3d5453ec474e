import { lossOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** PROTOCOL.md, "Life of a connection", and a look at everybody several times a second. */
const SILENCE_MS = 2500;
const LOOK_MS = 500;

export const onlyPongs: Row = {
  id: 'F62',
  title: 'a worker only answers pings',
  load: 4,
  seconds: 12,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one'] });
    const from = await trial.warm();
    const frozen = await lab.scripted(trial.port, { name: 'frozen', isMute: true, onLease: () => undefined });
    const startedAt = performance.now();
    let pings = 0;
    frozen.socket.on('ping', () => pings++);
    const { code, reason } = await frozen.closed;
    mustEqual([code, reason], [4410, 'no sign of life in time'], 'the close');
    const millis = lab.within(SILENCE_MS + LOOK_MS, 'closed', startedAt);
    must(millis > SILENCE_MS - LOOK_MS, `it was closed after ${Math.round(millis)} ms already`);
    must(pings >= 2, `it was asked ${pings} times`);
    const number = String(frozen.welcome!.worker);
    const { lost } = await lossOf(trial, number, from);
    mustEqual(lost['reason'], 'silent', 'why it is lost');
    await trial.journal.steps(20);
    const steps = await trial.finish();
    return `closed with 4410 after ${(millis / 1000).toFixed(1)} s and ${pings} answered pings, ${steps} steps`;
  },
};
