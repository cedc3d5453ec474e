import { madeUpConfig } from '@lockstep/config/testing';
import { checksumOf, referenceBackend } from '@lockstep/math';
import { GOLDEN_DIGEST, initialWeights, layoutOf } from '@lockstep/nn';
import {
  CONTRACT,
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  PROTOCOL_VERSION,
  workerId,
  workerMessageLimits,
  type CoordinatorMessage,
  type Welcome,
  type WorkerMessage,
} from '@lockstep/protocol';
import { InlineTeam } from '../team/inline-team.ts';
import { WorkerSession, type WorkerNotice } from '../worker-session.ts';

export const config = madeUpConfig({ batchSize: 10, leafRows: 2 });
const parameterCount = layoutOf(config.model).length;
const limits = workerMessageLimits({ parameterCount, featureCount: 6, outputCount: 3, maxRowCount: 128 });
export const weights = new Float32Array(parameterCount);
initialWeights(config.model, 4, weights);
export const rows = Uint8Array.from({ length: 24 }, (_, i) => (i * 53) % 256);
export const labels = Uint8Array.of(2, 0, 1, 1);

export const welcome: Welcome = {
  type: 'welcome',
  protocol: PROTOCOL_VERSION,
  contract: CONTRACT,
  goldenDigest: GOLDEN_DIGEST,
  term: 5,
  worker: workerId(1),
  run: 'test',
  configJson: JSON.stringify(config),
};
export const weightsOf = (step: number): CoordinatorMessage => ({
  type: 'weights',
  term: 5,
  step,
  checksum: checksumOf(weights).checksum,
  weights,
});
const span = { firstLeaf: 2, leafCount: 2 };
export const rowsOf = (step: number): CoordinatorMessage => ({
  type: 'rows',
  term: 5,
  step,
  span,
  rowCount: 4,
  rows,
  labels,
});
export const leaseOf = (step: number): CoordinatorMessage => ({
  type: 'lease',
  term: 5,
  step,
  span,
  purpose: 'step',
  rowCount: 4,
});

/** Lets what waits for promises go on until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Promise.resolve();
}

export interface TestSession {
  readonly session: WorkerSession;
  readonly sent: WorkerMessage[];
  readonly notices: WorkerNotice[];
  readonly failures: Error[];
  readonly teams: InlineTeam[];
  readonly ready: Promise<void>;
  receive(message: CoordinatorMessage): void;
}

/** A session whose peer is the test. `ready` resolves when it has its backend. */
export function start(): TestSession {
  const sent: WorkerMessage[] = [];
  const notices: WorkerNotice[] = [];
  const failures: Error[] = [];
  const teams: InlineTeam[] = [];
  let welcomed!: () => void;
  const ready = new Promise<void>((resolve) => (welcomed = resolve));
  const session = new WorkerSession({
    identity: {
      name: 'me',
      kind: 'process',
      engine: 'test',
      backend: 'reference',
      threads: 1,
      goldenDigest: GOLDEN_DIGEST,
    },
    createTeam(config) {
      const team = new InlineTeam(referenceBackend, config);
      teams.push(team);
      return Promise.resolve(team);
    },
    wire: {
      send(frame, onFlushed) {
        sent.push(decodeWorkerMessage(frame.slice(), limits));
        onFlushed?.();
      },
      recycle: (buffer) => new Uint8Array(buffer).fill(0xff),
    },
    now: () => 0,
    notify(notice) {
      notices.push(notice);
      if (notice.type === 'welcomed') welcomed();
    },
    fail: (error) => failures.push(error),
  });
  session.start();
  const receive = (message: CoordinatorMessage): void => session.receive(encodeCoordinatorMessage(message));
  return { session, sent, notices, failures, teams, ready, receive };
}
