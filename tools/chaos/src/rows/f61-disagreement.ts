import { readFileSync } from 'node:fs';
import path from 'node:path';
import { oracle } from '../lab/oracle.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual, until } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const EXIT_DISAGREED = 7;
/** Steps of the start after the one in which bits disagreed. */
const LAST_STEPS = 40;

export const disagreement: Row = {
  id: 'F61',
  title: 'two computations of one span give other bits',
  load: 5,
  seconds: 15,
  async run(lab) {
    const run = lab.smallRun();
    const trial = await Trial.start(lab, { run, workers: ['one'] });
    await trial.warm();
    // What a newcomer is given first is a span that another has computed: its answer is the second one.
    let isToldOff = false;
    const liar = await lab.scripted(trial.port, {
      name: 'liar',
      onLease(lease, worker) {
        const honest = worker.contribution(lease);
        if (lease.purpose !== 'check' || isToldOff) return worker.send(honest);
        isToldOff = true;
        worker.send(worker.withGradient(honest, honest.gradient.with(7, honest.gradient[7]! + 1)));
      },
    });
    const verdict = await until('the verdict', () =>
      liar.verdicts.find(({ verdict: word }) => word === 'mismatch'),
    );
    const number = String(liar.welcome!.worker);
    const said = await trial.journal.entry(
      'that it disagrees',
      ({ type }) => type === 'contribution-mismatch',
    );
    mustEqual([said['step'], said['second']], [verdict.step, number], 'the two computations');
    mustEqual(trial.entriesOf('worker-struck').length, 0, 'strikes');
    await trial.coordinator.line('disagreed');
    liar.socket.terminate();
    await trial.journal.steps(10);

    // A start that is stopped says so too, and the next one knows of it.
    const doubt = `two computations of a part of step ${verdict.step} gave different bits`;
    const first = trial.coordinator;
    first.kill('SIGTERM');
    await first.mustExit(143, 15_000);
    must(first.stderr.trimEnd().split('\n').at(-1)!.includes(doubt), `its last line: ${first.tail()}`);
    const { step } = first.lines.findLast(({ type }) => type === 'stopped')!;
    const record = JSON.parse(readFileSync(path.join(trial.folder, 'run.json'), 'utf8')) as object;
    mustEqual((record as { disagreedAt?: number }).disagreedAt, verdict.step, 'what the folder says');
    const steps = Number(step) + LAST_STEPS;
    const last = await trial.resume(['--max-steps', String(steps), '--min-workers', '1']);
    await last.mustExit(EXIT_DISAGREED);
    must(last.stderr.trimEnd().split('\n').at(-1)!.includes(doubt), `its last line: ${last.tail()}`);
    const finished = last.lines.at(-1)!;
    mustEqual(
      [finished.type, finished['step'], finished['disagreedAt']],
      ['finished', steps, verdict.step],
      'the last line of JSON',
    );
    // The honest answer came first here.
    mustEqual(finished['weightsSha256'], await oracle(lab, run, steps), 'the weights');
    await trial.hand('one').running.mustExit(0, 45_000);
    return `mismatch in step ${verdict.step}, no strike; the start after it ends with ${EXIT_DISAGREED} and says so`;
  },
};
