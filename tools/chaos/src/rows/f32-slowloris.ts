import { paceOf } from '../lab/leases.ts';
import { RawPeer, upgradeRequest, type Ending } from '../lab/raw-peer.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const SOCKETS = 200;

export const slowloris: Row = {
  id: 'F32',
  title: `${SOCKETS} sockets send a header byte a second, ${SOCKETS} say nothing after the upgrade, ${SOCKETS} nothing at all`,
  load: 6,
  seconds: 16,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one', 'two'] });
    await trial.warm();
    const before = await paceOf(trial, 60);
    const startedAt = performance.now();
    const slow = Array.from({ length: SOCKETS }, () => new RawPeer(trial.port));
    const mute = Array.from({ length: SOCKETS }, () => new RawPeer(trial.port));
    const request = upgradeRequest(trial.port);
    let sent = 0;
    const drip = (): void => {
      const byte = request[sent++ % request.length]!;
      for (const { socket } of slow) if (socket.writable) socket.write(byte);
    };
    drip();
    const dripper = setInterval(drip, 1000);
    lab.onEnd(() => clearInterval(dripper));
    const opened: number[] = [];
    const open = async (): Promise<RawPeer> => {
      const peer = await RawPeer.open(trial.port);
      opened.push(performance.now());
      return peer;
    };
    const silent = await Promise.all(Array.from({ length: SOCKETS }, open));
    const during = await paceOf(trial, 60);
    const endOf = (peers: readonly RawPeer[]): Promise<Ending[]> =>
      Promise.all(peers.map(({ ended }) => ended));
    const [slowEnds, muteEnds, silentEnds] = await Promise.all([endOf(slow), endOf(mute), endOf(silent)]);
    const slowest = (ends: readonly Ending[], since: number): number =>
      (Math.max(...ends.map(({ at }) => at)) - since) / 1000;
    const [slowSeconds, muteSeconds, silentSeconds] = [
      slowest(slowEnds, startedAt),
      slowest(muteEnds, startedAt),
      slowest(silentEnds, Math.min(...opened)),
    ];
    must(slowSeconds <= 10, `slow headers were cut after ${slowSeconds.toFixed(1)} s`);
    must(muteSeconds <= 10, `sockets without a header were cut after ${muteSeconds.toFixed(1)} s`);
    must(silentSeconds <= 6, `silent connections were closed after ${silentSeconds.toFixed(1)} s`);
    mustEqual([...new Set(silentEnds.map(({ code }) => code))], [4408], 'the close of the silent');
    const steps = await trial.finish();
    return `slow headers cut after ${slowSeconds.toFixed(1)} s, none after ${muteSeconds.toFixed(1)} s, silence after ${silentSeconds.toFixed(1)} s; step ${before.toFixed(1)} -> ${during.toFixed(1)} ms, ${steps} steps`;
  },
};
