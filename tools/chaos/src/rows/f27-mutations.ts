import {
  decodeWorkerMessage,
  encodeWorkerMessage,
  ProtocolError,
  type FrameLimits,
  workerMessageLimits,
  type WorkerMessage,
} from '@lockstep/protocol';
import { mutant, seededRandom } from '@lockstep/protocol/testing';
import { paceOf, slowdownOf, type Slowdown } from '../lab/leases.ts';
import { peakGrowth } from '../lab/peak-memory.ts';
import { frameOf, RawPeer } from '../lab/raw-peer.ts';
import { ScriptedWorker } from '../lab/scripted-worker.ts';
import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const MUTATIONS = 200_000;
/** Mutations that go to the coordinator, each over a connection of its own, until it is closed. */
const OVER_THE_WIRE = 400;
const LONGEST_MS = 20;
/** How much longer an honest step may take meanwhile. */
const MOST_SLOWDOWN = 1.25;
const MOST_BYTES = 64 * 2 ** 20;

/** One valid frame of each kind. */
function corpusOf(hello: WorkerMessage, parameterCount: number): readonly Uint8Array[] {
  const span = { firstLeaf: 4, leafCount: 4 };
  const facts = {
    term: 1,
    step: 30,
    span,
    rowCount: 32,
    computeMicros: 900,
    checksum: '0123456789abcdef',
    lossSum: 1.5,
  };
  const gradient = new Float32Array(parameterCount).fill(0.25);
  const messages: readonly WorkerMessage[] = [
    hello,
    { type: 'contribution', ...facts, gradient },
    { type: 'leave', reason: 'done' },
  ];
  return messages.map((message) => encodeWorkerMessage(message));
}

/** Decodes every mutation. @returns messages among them, the longest time in milliseconds, and by how many bytes memory grew at most */
function decodeAll(corpus: readonly Uint8Array[], parameterCount: number) {
  const limits = workerMessageLimits({ parameterCount, featureCount: 64, outputCount: 10, maxRowCount: 128 });
  const random = seededRandom(27);
  const grown = peakGrowth();
  let [messages, longest] = [0, 0];
  for (let count = 0; count < MUTATIONS; count++) {
    const frame = mutant(corpus, random);
    const startedAt = performance.now();
    try {
      decodeWorkerMessage(frame, limits);
      messages++;
    } catch (error) {
      must(error instanceof ProtocolError, `mutation ${count} threw ${String(error)}`);
    }
    const millis = performance.now() - startedAt;
    // On a busy machine a decoder may be interrupted: the frame is to blame only if it takes long again.
    if (millis > longest) longest = Math.max(longest, Math.min(millis, decodingMillis(frame, limits)));
  }
  return { messages, longest, grown: grown() };
}

/** The shortest of a few tries. */
function decodingMillis(frame: Uint8Array, limits: FrameLimits): number {
  const tries = Array.from({ length: 5 }, () => {
    const startedAt = performance.now();
    try {
      decodeWorkerMessage(frame, limits);
    } catch {
      // What it throws was looked at before.
    }
    return performance.now() - startedAt;
  });
  return Math.min(...tries);
}

export const mutations: Row = {
  id: 'F27',
  title: `${MUTATIONS.toLocaleString('en-US')} damaged frames`,
  load: 20,
  seconds: 25,
  heapMegabytes: 64,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one', 'two'] });
    await trial.warm();
    const guest = await ScriptedWorker.join(trial.port);
    const corpus = corpusOf(guest.hello(), 1210);
    guest.socket.terminate();
    const { messages, longest, grown } = decodeAll(corpus, 1210);
    must(longest <= LONGEST_MS, `one took ${longest.toFixed(1)} ms to decode`);
    must(grown < MOST_BYTES, `memory grew by ${Math.round(grown / 2 ** 20)} MB`);
    const from = trial.journal.read().length;
    let closed = 0;
    const attacked = (): Promise<Slowdown> =>
      slowdownOf(trial, { count: 60 }, async () => {
        const attack = attackOf(lab.random, trial.port, corpus);
        const pace = await paceOf(trial, 60);
        closed += await attack;
        return pace;
      });
    // What the machine does besides passes; what the attack does would be seen again.
    let slowdown = await attacked();
    for (let again = 0; again < 2 && slowdown.ratio > MOST_SLOWDOWN; again++) slowdown = await attacked();
    const { usual, during, ratio } = slowdown;
    must(
      ratio <= MOST_SLOWDOWN,
      `an honest step takes ${during.toFixed(1)} ms, otherwise ${usual.toFixed(1)} ms`,
    );
    const counted = trial.entriesOf('refused', from).length;
    must(counted > 0, 'nothing was counted');
    const steps = await trial.finish();
    return `${messages} of them messages, the longest ${longest.toFixed(1)} ms, memory +${Math.round(grown / 2 ** 20)} MB, ${closed} over the wire; honest step ${usual.toFixed(1)} -> ${during.toFixed(1)} ms, ${steps} steps`;
  },
};

/** Sends mutations to a coordinator, after a valid hello and before one. @returns how many connections were closed for it */
async function attackOf(random: () => number, port: number, corpus: readonly Uint8Array[]): Promise<number> {
  const integers = seededRandom(Math.floor(random() * 2 ** 31));
  let closed = 0;
  for (let count = 0; count < OVER_THE_WIRE; count++) {
    const peer = await RawPeer.open(port, { localAddress: `127.0.0.${2 + (count % 200)}` });
    if (count % 2 === 0) peer.send(corpus[0]!);
    for (let frames = 0; frames < 5; frames++) peer.send(mutant(corpus, integers));
    // The close, for those that were not closed for what they sent.
    peer.socket.write(frameOf(Buffer.of(3, 232), { opcode: 8 }));
    const { code } = await peer.ended;
    if (code !== undefined && code !== 1000) closed++;
  }
  return closed;
}
