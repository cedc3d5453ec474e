import type { JournalEntry } from '@lockstep/journal';
import { encodeWorkerMessage, VIEW_PATH } from '@lockstep/protocol';
import { WebSocket } from 'ws';
import { bestPaceOf, slowdownOf } from '../lab/leases.ts';
import type { Lab } from '../lab/lab.ts';
import { RawPeer } from '../lab/raw-peer.ts';
import type { ScriptedWorker } from '../lab/scripted-worker.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** Steps whose middle is compared with as many before and after. */
const STEPS = 60;
/** Stretches of so many of which the fastest counts: what else the machine does can only slow them down. */
const STRETCHES = 3;
/** The peers share two cores with the run here: a flood that is taken in costs it ten times as much, and more. */
const MOST_RATIO = 3;
/** How often a flood that was cut is begun again. */
const AGAIN_EVERY_MS = 300;
/** Requests of one connection: what an answer waits behind. */
const REQUESTS = 6000;
const MESSAGES = 1000;

interface Flooded {
  readonly times: number;
  readonly text: string;
}

/**
 * The run's pace while `flood` is begun again and again, each when the last has ended.
 * @param flood resolves when the coordinator has cut it
 */
async function under(trial: Trial, what: string, flood: () => Promise<void>): Promise<Flooded> {
  let times = 0;
  const { usual, during, ratio } = await slowdownOf(
    trial,
    { count: STEPS, stretches: STRETCHES },
    async () => {
      let isOver = false;
      const floods = (async () => {
        while (!isOver) {
          await flood();
          times++;
          await new Promise((resolve) => setTimeout(resolve, AGAIN_EVERY_MS));
        }
      })();
      const pace = await bestPaceOf(trial, STEPS, STRETCHES);
      isOver = true;
      await floods;
      return pace;
    },
  );
  const figures = `${usual.toFixed(1)} -> ${during.toFixed(1)} ms`;
  must(ratio <= MOST_RATIO, `${what}: a step takes ${figures}`);
  must(times > 0, `${what}: none was cut`);
  return { times, text: `${what}: ${times} cut, step ${figures}` };
}

/** How many were turned away so, as the journal counts them at the end of the run's first start. */
function refusalsOf(trial: Trial, name: string): number {
  const isOne = (entry: JournalEntry): boolean => entry.type === 'refused' && entry['name'] === name;
  return Math.max(
    0,
    ...trial.journal
      .read()
      .filter(isOne)
      .map((entry) => Number(entry['count'])),
  );
}

/** Every honest worker is still there. */
function mustBeThere(trial: Trial, from: number): void {
  const own = [...trial.workers.keys()].map((name) => trial.numberOf(name));
  const lost = trial.entriesOf('worker-lost', from).filter(({ worker }) => own.includes(String(worker)));
  mustEqual(lost.length, 0, 'honest workers that were lost');
}

export const pipelining: Row = {
  id: 'F56',
  title: `connections pipeline ${REQUESTS.toLocaleString('en-US')} GETs each`,
  load: 20,
  seconds: 30,
  async run(lab) {
    const trial = await Trial.start(lab);
    const from = await trial.warm();
    const requests = `GET /dashboard HTTP/1.1\r\nHost: 127.0.0.1:${trial.port}\r\n\r\n`.repeat(REQUESTS);
    const texts: string[] = [];
    for (const [index, connections] of [1, 50].entries()) {
      const pipeline = async (): Promise<void> => {
        const peer = new RawPeer(trial.port, `127.0.4.${index + 1}`);
        lab.onEnd(() => peer.socket.destroy());
        peer.socket.write(requests);
        await peer.ended;
      };
      const flood = async (): Promise<void> => {
        await Promise.all(Array.from({ length: connections }, pipeline));
      };
      const { text } = await under(trial, `${connections} at a time`, flood);
      texts.push(text);
    }
    must(refusalsOf(trial, 'pipelined') > 0, 'what was pipelined was not counted');
    mustBeThere(trial, from);
    const steps = await trial.finish();
    return `${texts.join('; ')}; ${steps} steps`;
  },
};

const HEARTBEAT = encodeWorkerMessage({ type: 'heartbeat', term: 1, step: 0, rowsDone: 0 });

type Say = (worker: ScriptedWorker) => void;

/** Workers that are let in, say something `MESSAGES` times, and are to be closed so. */
async function floodsOfWorkers(
  lab: Lab,
  floods: readonly (readonly [what: string, code: number, refusal: string, say: Say])[],
): Promise<string> {
  const trial = await Trial.start(lab, { workers: ['one', 'two'] });
  const from = await trial.warm();
  const texts: string[] = [];
  for (const [index, [what, expected, refusal, say]] of floods.entries()) {
    const before = refusalsOf(trial, refusal);
    const flood = async (): Promise<void> => {
      const worker = await lab.scripted(trial.port, {
        name: 'flooder',
        localAddress: `127.0.5.${index + 1}`,
      });
      for (let count = 0; count < MESSAGES; count++) say(worker);
      const { code } = await worker.closed;
      mustEqual(code, expected, `${what}: the close code`);
    };
    const { text } = await under(trial, what, flood);
    await trial.journal.entry(
      `${what}: its count`,
      (entry) => entry.type === 'refused' && entry['name'] === refusal && Number(entry['count']) > before,
      { from },
    );
    texts.push(text);
  }
  mustBeThere(trial, from);
  const steps = await trial.finish();
  return `${texts.join('; ')}; ${steps} steps`;
}

export const heartbeatFlood: Row = {
  id: 'F57',
  title: 'a worker that was let in floods with heartbeats',
  load: 20,
  seconds: 20,
  run: (lab) =>
    floodsOfWorkers(lab, [['heartbeats', 4430, 'tooManyMessages', (worker) => worker.sendFrame(HEARTBEAT)]]),
};

export const viewerFlood: Row = {
  id: 'F58',
  title: 'a viewer floods with requests for samples and weights',
  load: 20,
  seconds: 25,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one', 'two'] });
    const from = await trial.warm();
    const texts: string[] = [];
    for (const [index, type] of ['samples', 'weights'].entries()) {
      const flood = async (): Promise<void> => {
        const code = await viewerClose(trial.port, type, `127.0.6.${index + 1}`);
        mustEqual(code, 4430, `${type}: the close code`);
      };
      const { text } = await under(trial, `requests for ${type}`, flood);
      texts.push(text);
    }
    must(refusalsOf(trial, 'tooManyMessages') > 0, 'they were not counted');
    mustBeThere(trial, from);
    const steps = await trial.finish();
    return `${texts.join('; ')}; ${steps} steps`;
  },
};

/** How a viewer ends that asks for something so many times. */
const viewerClose = (port: number, type: string, localAddress: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${VIEW_PATH}`, { localAddress });
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'hello', role: 'viewer' }));
      for (let count = 0; count < MESSAGES; count++) socket.send(JSON.stringify({ type }));
    });
    socket.on('close', resolve);
    socket.on('error', reject);
  });

export const frameFlood: Row = {
  id: 'F59',
  title: 'floods of control frames and of empty fragments',
  load: 20,
  seconds: 40,
  run: (lab) =>
    floodsOfWorkers(lab, [
      ['pings', 4430, 'tooManyMessages', ({ socket }) => socket.ping()],
      ['pongs', 4430, 'tooManyMessages', ({ socket }) => socket.pong()],
      // A message in more pieces than any may have ends sooner.
      [
        'empty fragments',
        1009,
        'frameTooLarge',
        ({ socket }) => socket.send('', { binary: true, fin: false }),
      ],
      ['empty messages', 4400, 'badMessage', ({ socket }) => socket.send(Buffer.alloc(0))],
    ]),
};
