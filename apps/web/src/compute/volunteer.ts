import { createBackend } from '@lockstep/math';
import { openChannel, WorkerClient, type Channel } from '@lockstep/transport';
import { BACKEND_PROOF, InlineTeam, PROOF_HEAP_BYTES, proveBackend } from '@lockstep/worker';
import type { ComputeMessage } from '../messages.ts';
import { engineName } from './engine-name.ts';
import { keptAwake } from './kept-awake.ts';
import { ProgressMeter } from './progress-meter.ts';
import { describeEnd, describeNotice } from './words.ts';

export interface VolunteerSetup {
  /** The coordinator's WebSocket address. */
  readonly url: string;
  readonly token?: string;
  tell(message: ComputeMessage): void;
  /** Aborted, with the reason as text, when the volunteer leaves. */
  readonly leaving: AbortSignal;
}

/**
 * A volunteer's worker, in a browser: proves its backend, joins, works until the run is over or it is told to leave.
 * The last thing it tells is `ended`.
 */
export async function volunteer({ url, token, tell, leaving }: VolunteerSetup): Promise<void> {
  const name = `tab-${randomHex(4)}`;
  tell({ type: 'named', name });
  tell({ type: 'state', text: 'Checking that this browser computes the same bits.' });
  const { backend } = await keptAwake(
    createBackend('auto', { heapBytes: PROOF_HEAP_BYTES, proof: BACKEND_PROOF }),
  );
  const goldenDigest = proveBackend(backend);
  tell({ type: 'state', text: 'Connecting.' });
  const meter = new ProgressMeter((progress) => tell({ type: 'progress', ...progress }));
  const secret = token === undefined ? {} : { token };
  let isStandingBy = false;
  const client = new WorkerClient({
    identity: {
      name,
      kind: 'tab',
      engine: engineName(navigator.userAgent),
      backend: backend.description,
      threads: 1,
      goldenDigest,
      ...secret,
    },
    createTeam: async (config) => {
      const heapBytes = InlineTeam.heapBytes(config);
      const { backend: ofRun } = await keptAwake(createBackend(backend.name, { heapBytes }));
      return new InlineTeam(ofRun, config);
    },
    now: () => performance.now() * 1000,
    random: Math.random,
    sleep: (delayMs) => sleep(delayMs, leaving),
    every(millis, action) {
      const timer = setInterval(action, millis);
      return () => clearInterval(timer);
    },
    connect: () => connect(url, leaving),
    notify(notice) {
      if (notice.type === 'standby') isStandingBy = true;
      if (notice.type === 'span-computed' && notice.purpose === 'step' && isStandingBy) {
        isStandingBy = false;
        tell({ type: 'state', text: 'Computing.' });
      }
      if (notice.type === 'welcomed') tell({ type: 'joined', run: notice.run });
      if (notice.type === 'span-computed') meter.onSpan(notice.step, notice.rowCount, notice.lossSum);
      const text = describeNotice(notice);
      if (text !== undefined) tell({ type: 'state', text });
    },
  });
  const leave = (): void => {
    tell({ type: 'state', text: 'Leaving.' });
    client.leave(String(leaving.reason));
  };
  if (leaving.aborted) leave();
  leaving.addEventListener('abort', leave);
  const end = await client.run();
  meter.flush();
  const text = describeEnd(end, token !== undefined);
  if (end.type !== 'finished') return tell({ type: 'ended', text });
  const { step, weightsSha256 } = end.finished;
  tell({ type: 'ended', text, result: { step, weightsSha256 } });
}

/** A connection that is still being made when the volunteer leaves is given up. */
async function connect(url: string, leaving: AbortSignal): Promise<Channel> {
  const socket = new WebSocket(url);
  const giveUp = (): void => socket.close();
  leaving.addEventListener('abort', giveUp);
  try {
    return await openChannel(socket);
  } finally {
    leaving.removeEventListener('abort', giveUp);
  }
}

/** Resolves after `delayMs`, or when `signal`, which is not aborted yet, is. */
function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done);
  });
}

function randomHex(digits: number): string {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word.toString(16).padStart(8, '0').slice(0, digits);
}
