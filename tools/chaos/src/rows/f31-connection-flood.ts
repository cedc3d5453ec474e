import { stepMillis } from '../lab/journal-tail.ts';
import { slowdownOf } from '../lab/leases.ts';
import { RawPeer, upgradeRequest } from '../lab/raw-peer.ts';
import { Trial } from '../lab/trial.ts';
import { median, must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const CONNECTIONS = 2000;
const SECONDS = 5;

export const connectionFlood: Row = {
  id: 'F31',
  title: `${CONNECTIONS.toLocaleString('en-US')} connections in ${SECONDS} s`,
  load: 20,
  seconds: 20,
  async run(lab) {
    const trial = await Trial.start(lab);
    await trial.warm();
    let from = 0;
    const peers: RawPeer[] = [];
    lab.onEnd(() => peers.forEach(({ socket }) => socket.destroy()));
    const { usual, during, ratio } = await slowdownOf(trial, { count: 100 }, async () => {
      from = trial.journal.read().length;
      await flood(trial.port, peers);
      const pace = median(stepMillis(trial.journal.read().slice(from)));
      for (const peer of peers) await peer.ended;
      return pace;
    });
    const statuses = new Map<number | undefined, number>();
    for (const { status } of peers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const [opened, refused] = [statuses.get(101) ?? 0, statuses.get(503) ?? 0];
    must(opened + refused === CONNECTIONS, `the answers were ${JSON.stringify([...statuses])}`);
    must(opened >= 200 && opened < CONNECTIONS / 2, `${opened} were let in`);
    must(ratio <= 1.25, `an honest step takes ${during.toFixed(1)} ms, otherwise ${usual.toFixed(1)} ms`);
    const lost = trial.entriesOf('worker-lost', from).length;
    must(lost === 0, `${lost} honest workers were lost`);
    const grown = trial.growthMegabytes;
    const steps = await trial.finish();
    return `${opened} let in and closed without a hello, ${refused} answered 503, honest step ${usual.toFixed(1)} -> ${during.toFixed(1)} ms, memory +${grown.toFixed(0)} MB, ${steps} steps`;
  },
};

/** Opens the connections, evenly over the time, and asks each for an upgrade. */
function flood(port: number, peers: RawPeer[]): Promise<void> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(CONNECTIONS, ((performance.now() - startedAt) / 1000 / SECONDS) * CONNECTIONS);
      while (peers.length < due) {
        const peer = new RawPeer(port);
        peer.socket.write(upgradeRequest(port));
        peers.push(peer);
      }
      if (peers.length < CONNECTIONS) return;
      clearInterval(timer);
      resolve();
    }, 10);
  });
}
