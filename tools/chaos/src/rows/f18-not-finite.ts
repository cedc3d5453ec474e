import type { Contribution, LeaseMessage } from '@lockstep/protocol';
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
      let forged: LeaseMessage | undefined;
      const liar = await lab.scripted(trial.port, {
        name: 'liar',
        onLease(lease, worker) {
          const honest = worker.contribution(lease);
          if (forged !== undefined || lease.purpose !== 'step') return worker.send(honest);
          forged = lease;
          worker.send(forge(worker, honest));
        },
      });
      const number = String(liar.welcome!.worker);
      const struck = await trial.journal.entry(
        `${name}: its strike`,
        ({ type, worker }) => type === 'worker-struck' && worker === number,
        { from },
      );
      mustEqual([struck['cause'], struck['strikes']], ['non-finite', 1], `${name}: the strike`);
      const step = forged!.step;
      const committed = await trial.journal.entry(
        `${name}: the step`,
        (entry) => entry.type === 'step-committed' && entry['step'] === step,
        { from },
      );
      const verdicts = trial.entriesOf('verdict', from).filter((entry) => entry['step'] === step);
      const own = verdicts.find(({ worker }) => worker === number)!;
      mustEqual([own['verdict'], own['reason']], ['invalid', 'non-finite'], `${name}: the verdict`);
      const isAgain = verdicts.some(
        ({ verdict, span }) =>
          verdict === 'accepted' && (span as { firstLeaf: number }).firstLeaf === forged!.span.firstLeaf,
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
