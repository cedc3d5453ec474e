import { encodeWorkerMessage, type Contribution, type LeaseMessage } from '@lockstep/protocol';
import type { JournalEntry } from '@lockstep/journal';
import type { Lab } from '../lab/lab.ts';
import type { ScriptedWorker } from '../lab/scripted-worker.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual, until } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/**
 * A worker that answers its leases honestly, but for one of each step that has a part of it: that one after `then` had a look at the
 * honest answer and sent what it wanted. What it is given to check belongs to steps that may be over.
 */
function meddler(
  lab: Lab,
  trial: Trial,
  then: (honest: Contribution, worker: ScriptedWorker, lease: LeaseMessage) => boolean,
): Promise<ScriptedWorker> {
  let newest = -1;
  return lab.scripted(trial.port, {
    name: 'meddler',
    onLease(lease, worker) {
      const honest = worker.contribution(lease);
      const isLeftAlone = lease.purpose !== 'step' || lease.step === newest;
      if (!isLeftAlone) newest = lease.step;
      if (isLeftAlone || then(honest, worker, lease)) worker.send(honest);
    },
  });
}

/** Leaves of a step of the small run. */
const LEAVES = 16;

/** The honest worker's line: who is to meddle has a shorter one, and so is dealt to. */
const LINE_MS = 15;

const strikesOf = (trial: Trial, worker: string): readonly JournalEntry[] =>
  trial.entriesOf('worker-struck').filter((entry) => entry['worker'] === worker);

/** The first `count` strikes of a worker, once they are in the journal. */
const strikes = (trial: Trial, worker: string, count: number): Promise<readonly JournalEntry[]> =>
  until(`strike ${count} of the meddler`, () => {
    const found = strikesOf(trial, worker);
    return found.length >= count && found;
  });

const verdictsOf = (worker: ScriptedWorker, verdict: string): number =>
  worker.verdicts.filter((message) => message.verdict === verdict).length;

/** Resolves when the meddler was told a verdict so many times. */
const told = (worker: ScriptedWorker, verdict: string, times = 1): Promise<unknown> =>
  until(`the verdict "${verdict}"`, () => verdictsOf(worker, verdict) >= times);

/** Second copies that are sent at least. */
const COPIES = 10;

export const repeatedContribution: Row = {
  id: 'F23',
  title: 'a worker sends the same contribution twice',
  load: 4,
  seconds: 8,
  async run(lab) {
    // Spans that take milliseconds: both have a part, so that a step is not over with the first copy.
    const run = lab.smallRun({ hidden: '64', 'batch-size': '1024' });
    const trial = await Trial.start(lab, { run, workers: ['one'] });
    await trial.warm();
    let sent = 0;
    const worker = await meddler(lab, trial, (honest, script) => {
      const isMore = sent < COPIES || verdictsOf(script, 'duplicate') === 0;
      if (isMore) sent++;
      if (isMore) script.send(honest);
      return true;
    });
    await told(worker, 'duplicate');
    await until('the copies', () => sent >= COPIES);
    await trial.journal.steps(30);
    const number = String(worker.welcome!.worker);
    const own = trial.entriesOf('verdict').filter((entry) => entry['worker'] === number);
    const duplicates = own.filter(({ verdict }) => verdict === 'duplicate' || verdict === 'stale').length;
    must(duplicates >= sent, `${duplicates} of ${sent} second copies were refused`);
    mustEqual(strikesOf(trial, number).length, 0, 'strikes');
    worker.socket.terminate();
    const steps = await trial.finish();
    return `${duplicates} second copies had no effect, no strike, ${steps} steps`;
  },
};

export const oldContribution: Row = {
  id: 'F24',
  title: 'a worker sends contributions for older steps',
  load: 4,
  seconds: 8,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one'], lineMs: LINE_MS });
    await trial.warm();
    const past: Contribution[] = [];
    const worker = await meddler(lab, trial, (honest, script) => {
      const old = past.find(({ step }) => step < honest.step);
      if (old !== undefined && past.length < 40) script.send(old);
      past.push(honest);
      return true;
    });
    await told(worker, 'stale');
    await trial.journal.steps(60);
    const number = String(worker.welcome!.worker);
    const stale = trial
      .entriesOf('verdict')
      .filter((entry) => entry['worker'] === number && entry['verdict'] === 'stale');
    must(stale.length >= 10, `${stale.length} were counted as stale`);
    mustEqual(strikesOf(trial, number).length, 0, 'strikes');
    worker.socket.terminate();
    const steps = await trial.finish();
    return `${stale.length} stale, counted and without effect, no strike, ${steps} steps`;
  },
};

export const unleasedContribution: Row = {
  id: 'F25',
  title: 'a worker sends a span it was never given',
  load: 4,
  seconds: 8,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one'], lineMs: LINE_MS });
    await trial.warm();
    let isEarlierSent = false;
    const worker = await meddler(lab, trial, (honest, script, lease) => {
      if (!isEarlierSent)
        script.send({ ...honest, term: lease.term - 1 }); // nobody's fault
      else if (verdictsOf(script, 'not-leased') < 2) {
        // Who has a part of the tree was never given the whole, and who has the whole never a part.
        const isWhole = lease.span.leafCount === LEAVES;
        const span = isWhole ? { firstLeaf: 0, leafCount: LEAVES / 2 } : { firstLeaf: 0, leafCount: LEAVES };
        script.send({ ...honest, span });
      }
      isEarlierSent = true;
      return true;
    });
    await told(worker, 'not-leased', 2);
    const number = String(worker.welcome!.worker);
    const found = await strikes(trial, number, 2);
    mustEqual(
      found.map(({ cause }) => cause),
      ['not-leased', 'not-leased'],
      'causes of its strikes',
    );
    const verdicts = trial.entriesOf('verdict').filter((entry) => entry['worker'] === number);
    must(
      verdicts.some(({ verdict }) => verdict === 'stale'),
      'an earlier term was not stale',
    );
    must(worker.socket.readyState === worker.socket.OPEN, 'it was closed after two strikes');
    worker.socket.terminate();
    const steps = await trial.finish();
    return `not-leased with a strike each, an earlier term stale without, ${steps} steps`;
  },
};

/** A contribution's frame with something in its header replaced by as many other bytes. */
function patched(
  contribution: Contribution,
  from: string | readonly number[],
  to: string | readonly number[],
): Uint8Array {
  const bytesOf = (text: string | readonly number[]): Buffer =>
    typeof text === 'string' ? Buffer.from(text, 'latin1') : Buffer.from(text);
  const frame = encodeWorkerMessage(contribution);
  const at = Buffer.from(frame).indexOf(bytesOf(from));
  must(at >= 0, 'the frame has not what is to be replaced');
  frame.set(bytesOf(to), at);
  return frame;
}

const uint16 = (value: number): number[] => [0xcd, value >> 8, value & 255];

const MISSHAPEN: readonly (readonly [
  string,
  string,
  (honest: Contribution, worker: ScriptedWorker) => Uint8Array,
])[] = [
  [
    'a gradient that is too short',
    'bad-shape',
    (honest) => encodeWorkerMessage({ ...honest, gradient: honest.gradient.slice(1) }),
  ],
  [
    'a gradient that is too long',
    'bad-shape',
    (honest) => encodeWorkerMessage({ ...honest, gradient: Float32Array.of(...honest.gradient, 0) }),
  ],
  [
    'a gradient of another type',
    'bad-shape',
    (honest) => {
      const { length } = honest.gradient;
      const text = (type: string, count: number): number[] => [...Buffer.from(type), ...uint16(count)];
      return patched(honest, text('f32', length), text('f64', length / 2));
    },
  ],
  [
    'another row count',
    'row-count',
    (honest) => encodeWorkerMessage({ ...honest, rowCount: honest.rowCount + 1 }),
  ],
  [
    'another checksum',
    'checksum',
    (honest) => encodeWorkerMessage({ ...honest, checksum: '0123456789abcdef' }),
  ],
];

export const misshapenContribution: Row = {
  id: 'F26',
  title: 'a worker sends wrong shapes, lengths and types',
  load: 4,
  seconds: 8,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one'], lineMs: LINE_MS });
    await trial.warm();
    const reasons = new Set<string>();
    for (let first = 0; first < MISSHAPEN.length; first += 2) {
      const worker = await meddler(lab, trial, (honest, script) => {
        const struck = verdictsOf(script, 'invalid');
        const [, reason, make] = MISSHAPEN[(first + struck) % MISSHAPEN.length]!;
        reasons.add(reason);
        script.sendFrame(make(honest, script));
        return false;
      });
      const { code, reason } = await worker.closed;
      mustEqual(code, 4429, `the close after three strikes (${reason})`);
      const found = await strikes(trial, String(worker.welcome!.worker), 3);
      mustEqual(
        found.map(({ cause }) => cause),
        [0, 1, 2].map((index) => MISSHAPEN[(first + index) % MISSHAPEN.length]![1]),
        'causes of its strikes',
      );
      must(verdictsOf(worker, 'invalid') >= 2, 'it was not told');
      await trial.journal.steps(10);
    }
    const steps = await trial.finish();
    return `${[...reasons].join(', ')}: a strike each, closed with 4429 after three, ${steps} steps`;
  },
};
