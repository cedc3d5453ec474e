import type { JournalEntry } from '@lockstep/journal';
import type { Contribution } from '@lockstep/protocol';
import type { ScriptedWorker } from '../lab/scripted-worker.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** The honest workers' lines: the liar has a shorter one, and so is dealt to. */
const LINE_MS = 15;

const FORGERIES: readonly (readonly [
  string,
  (worker: ScriptedWorker, honest: Contribution) => Contribution,
])[] = [
  [
    'NaN in the gradient',
    (worker, honest) =>
      worker.withGradient(
        honest,
        honest.gradient.map((value, index) => (index === 7 ? NaN : value)),
      ),
  ],
  [
    'an infinity at its end',
    (worker, honest) => worker.withGradient(honest, honest.gradient.with(-1, -Infinity)),
  ],
  ['NaN as the loss', (_worker, honest) => ({ ...honest, lossSum: NaN })],
];

const firstLeafOf = (span: unknown): number => (span as { readonly firstLeaf: number }).firstLeaf;

export const notFinite: Row = {
  id: 'F18',
  title: 'one worker answers NaN and infinities',
  load: 6,
  seconds: 10,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one', 'two'], lineMs: LINE_MS });
    await trial.warm();
    for (const [name, forge] of FORGERIES) {
      const from = trial.journal.read().length;
      let newest = -1;
      const liar = await lab.scripted(trial.port, {
        name: 'liar',
        onLease(lease, worker) {
          const honest = worker.contribution(lease);
          // Once a step, until it is told: others may have been sooner with that span.
          const isStruck = worker.verdicts.some(({ verdict }) => verdict === 'invalid');
          const isForged = lease.purpose === 'step' && lease.step !== newest && !isStruck;
          if (isForged) newest = lease.step;
          worker.send(isForged ? forge(worker, honest) : honest);
        },
      });
      const number = String(liar.welcome!.worker);
      const isOwn = ({ worker }: JournalEntry): boolean => worker === number;
      const struck = await trial.journal.entry(
        `${name}: its strike`,
        (entry) => entry.type === 'worker-struck' && isOwn(entry),
        { from },
      );
      mustEqual([struck['cause'], struck['strikes']], ['non-finite', 1], `${name}: the strike`);
      const forged = trial
        .entriesOf('verdict', from)
        .find((entry) => isOwn(entry) && entry['verdict'] === 'invalid');
      must(forged !== undefined, `${name}: it was not refused`);
      mustEqual(forged['reason'], 'non-finite', `${name}: the reason`);
      const { step } = forged;
      const committed = await trial.journal.entry(
        `${name}: the step`,
        (entry) => entry.type === 'step-committed' && entry['step'] === step,
        { from },
      );
      const verdicts = trial.entriesOf('verdict', from).filter((entry) => entry['step'] === step);
      const isAgain = verdicts.some(
        ({ verdict, span }) => verdict === 'accepted' && firstLeafOf(span) === firstLeafOf(forged['span']),
      );
      must(isAgain, `${name}: nobody else gave that span`);
      must(
        trial.journal.entries.indexOf(struck) < trial.journal.entries.indexOf(committed),
        `${name}: the step was committed first`,
      );
      liar.socket.terminate();
      await trial.journal.steps(10);
    }
    const steps = await trial.finish();
    return `${FORGERIES.length} forgeries refused with a strike, each span leased again in its step, ${steps} steps`;
  },
};
