import type { Row } from '../row.ts';
import {
  misshapenContribution,
  oldContribution,
  repeatedContribution,
  unleasedContribution,
} from './contributions.ts';
import { slowLine } from './e01-slow-line.ts';
import { workerKilled } from './f01-worker-killed.ts';
import { allWorkersKilled } from './f02-all-workers-killed.ts';
import { coordinatorKilled } from './f03-coordinator-killed.ts';
import { killedWhileWriting } from './f04-killed-while-writing.ts';
import { workerStopped } from './f05-worker-stopped.ts';
import { coordinatorStopped } from './f06-coordinator-stopped.ts';
import { blackHole } from './f07-black-hole.ts';
import { connectionReset } from './f08-reset.ts';
import { slowReader } from './f09-slow-reader.ts';
import { badLine } from './f10-bad-line.ts';
import { straggler } from './f11-straggler.ts';
import { churn } from './f12-churn.ts';
import { clockJumps } from './f13-clock-jumps.ts';
import { diskFull } from './f14-disk-full.ts';
import { damagedCheckpoints } from './f15-damaged-checkpoints.ts';
import { unwritableFolder } from './f16-unwritable-folder.ts';
import { signals } from './f17-signals.ts';
import { notFinite } from './f18-not-finite.ts';
import { divergence } from './f19-divergence.ts';
import { mutations } from './f27-mutations.ts';
import { brokenFrames } from './f28-broken-frames.ts';
import { compression } from './f29-compression.ts';
import { otherVersion } from './f30-other-version.ts';
import { connectionFlood } from './f31-connection-flood.ts';
import { slowloris } from './f32-slowloris.ts';
import { token } from './f33-token.ts';
import { foreignPage } from './f34-foreign-page.ts';
import { volunteerOrders } from './f35-volunteer-orders.ts';
import { tabs } from './f36-tabs.ts';
import { oneFolder } from './f37-one-folder.ts';
import { extendedRun } from './f38-extended-run.ts';
import { thirtyInterruptions } from './f39-thirty-interruptions.ts';
import { staleLock } from './f40-stale-lock.ts';
import { refusedPort } from './f41-refused-port.ts';
import { longJournal } from './f42-long-journal.ts';
import { dataMoved } from './f43-data-moved.ts';
import { unsaved } from './f44-unsaved.ts';
import { everySignal } from './f45-every-signal.ts';
import { terminalStop } from './f46-terminal-stop.ts';
import { identity } from './f49-identity.ts';
import { lateWorkers } from './f50-late-workers.ts';
import { wrongThingsRow } from './f51-wrong-things.ts';
import { certificate } from './f52-certificate.ts';
import { frameFlood, heartbeatFlood, pipelining, viewerFlood } from './f56-floods.ts';
import { shortenedMemory } from './f60-shortened-memory.ts';
import { disagreement } from './f61-disagreement.ts';
import { onlyPongs } from './f62-only-pongs.ts';
import { soak, soakId } from './soak.ts';

/** The matrix, in its order; then what workers may be, without a fault. F20 to F22 belong to liars, who are found by audits. */
export const rows: readonly Row[] = [
  ...[
    workerKilled,
    allWorkersKilled,
    coordinatorKilled,
    killedWhileWriting,
    workerStopped,
    coordinatorStopped,
  ],
  ...[blackHole, connectionReset, slowReader, badLine, straggler, churn, clockJumps, diskFull],
  ...[damagedCheckpoints, unwritableFolder, signals, notFinite, divergence],
  ...[repeatedContribution, oldContribution, unleasedContribution, misshapenContribution],
  ...[mutations, brokenFrames, compression, otherVersion, connectionFlood, slowloris, token],
  ...[foreignPage, volunteerOrders, tabs],
  ...[oneFolder, extendedRun, thirtyInterruptions, staleLock, refusedPort],
  ...[longJournal, dataMoved],
  ...[unsaved, everySignal, terminalStop],
  ...[identity, lateWorkers, wrongThingsRow, certificate],
  ...[pipelining, heartbeatFlood, viewerFlood, frameFlood, shortenedMemory, disagreement, onlyPongs],
  slowLine,
];

/** The row of this identity: one of the matrix, or a soak. */
export function rowOf(id: string): Row | undefined {
  const minutes = Number(/^S(\d+)$/.exec(id)?.[1]);
  return minutes > 0 ? soak(minutes) : rows.find((row) => row.id === id);
}

export { soakId };
