import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { oracle } from '../lab/oracle.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual, until } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const EXIT_DISAGREED = 7;
/** Steps of the start after the one in which bits disagreed. */
const LAST_STEPS = 40;
/** Often, and none is pruned: one of before that step is to be there. */
const CHECKPOINTS = ['--checkpoint-every', '10', '--keep-checkpoints', '1000'];

export const disagreement: Row = {
  id: 'F61',
  title: 'two computations of one span give other bits',
  load: 5,
  seconds: 15,
  async run(lab) {
    const run = lab.smallRun();
    const trial = await Trial.start(lab, { run, workers: ['one'], settings: CHECKPOINTS });
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
    await goBack(trial, Number(verdict.step), run);
    return (
      `mismatch in step ${verdict.step}, no strike; the start after it ends with ${EXIT_DISAGREED} and says so, one from before it with ` +
      '0, and goes on from its own checkpoints'
    );
  },
};

/** Does what the page says, and goes on with the run once more: what followed from the step that is in doubt does not come back. */
async function goBack(trial: Trial, doubt: number, run: readonly string[]): Promise<void> {
  const before = checkpointsIn(trial.folder).findLast(({ step }) => step <= doubt);
  must(before !== undefined, `no checkpoint of step ${doubt} or before`);
  const back = await trial.begin(['--resume', before.file, '--max-steps', String(before.step + 5)]);
  await trial.addWorker('two');
  await back.mustExit(0, 45_000);
  const names = readdirSync(trial.folder);
  must(names.includes('final.safetensors.doubtful'), `the folder holds ${names.join(', ')}`);
  mustEqual(
    checkpointsIn(trial.folder).filter(({ step }) => step > doubt + 5).length,
    0,
    'doubtful checkpoints left',
  );
  await trial.hand('two').running.mustExit(0, 45_000);
  const steps = before.step + 2 * LAST_STEPS;
  const last = await trial.resume(['--max-steps', String(steps)]);
  await trial.addWorker('three');
  await last.mustExit(0, 45_000);
  const { type, step, weightsSha256, disagreedAt } = last.lines.at(-1)!;
  mustEqual([type, step, disagreedAt], ['finished', steps, undefined], 'the last line of JSON');
  mustEqual(
    last.lines.find((line) => line.type === 'started')?.['step'],
    before.step + 5,
    'where it went on',
  );
  mustEqual(weightsSha256, await oracle(trial.lab, run, steps), 'the weights');
  await trial.hand('three').running.mustExit(0, 45_000);
}

/** The step checkpoints of a run, the least step first. */
const checkpointsIn = (folder: string): readonly { readonly file: string; readonly step: number }[] =>
  readdirSync(folder)
    .flatMap((name) => {
      const step = /^step-(\d+)\.safetensors$/.exec(name)?.[1];
      return step === undefined ? [] : [{ file: path.join(folder, name), step: Number(step) }];
    })
    .sort((a, b) => a.step - b.step);
