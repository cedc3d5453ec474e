import { paceOf } from '../lab/leases.ts';
import { RawPeer, upgradeRequest, type Ending } from '../lab/raw-peer.ts';
import { Trial } from '../lab/trial.ts';
import { mustEqual } from '../lab/wait.ts';
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
    const open = async (): Promise<{ readonly peer: RawPeer; readonly openedAt: number }> => {
      const peer = await RawPeer.open(trial.port);
      return { peer, openedAt: performance.now() };
    };
    const silent = await Promise.all(Array.from({ length: SOCKETS }, open));
    const during = await paceOf(trial, 60);
    const endOf = (peers: readonly RawPeer[]): Promise<Ending[]> =>
      Promise.all(peers.map(({ ended }) => ended));
    const [slowEnds, muteEnds, silentEnds] = await Promise.all([
      endOf(slow),
      endOf(mute),
      endOf(silent.map(({ peer }) => peer)),
    ]);
    const slowest = (
      what: string,
      mostMs: number,
      ends: readonly Ending[],
      sinceOf: (index: number) => number,
    ): string => {
      const millis = ends.map(({ at }, index) => lab.within(mostMs, what, sinceOf(index), at));
      return (Math.max(...millis) / 1000).toFixed(1);
    };
    const slowSeconds = slowest('slow headers were cut', 10_000, slowEnds, () => startedAt);
    const muteSeconds = slowest('sockets without a header were cut', 10_000, muteEnds, () => startedAt);
    const openedAt = (index: number): number => silent[index]!.openedAt;
    const silentSeconds = slowest('silent connections were closed', 6000, silentEnds, openedAt);
    mustEqual([...new Set(silentEnds.map(({ code }) => code))], [4408], 'the close of the silent');
    const steps = await trial.finish();
    return `slow headers cut after ${slowSeconds} s, none after ${muteSeconds} s, silence after ${silentSeconds} s; step ${before.toFixed(1)} -> ${during.toFixed(1)} ms, ${steps} steps`;
  },
};
