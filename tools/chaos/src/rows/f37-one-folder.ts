import { readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** What a start writes first. */
const FIRST_FILES = ['config.json', 'term', 'run.json'];

const stateOf = (folder: string): string =>
  JSON.stringify(
    FIRST_FILES.map((name) => {
      const file = path.join(folder, name);
      return [name, readFileSync(file, 'utf8'), statSync(file).mtimeMs];
    }),
  );

/** Every way to start a second run in `folder` is refused, and names who has it. */
async function mustRefuse(lab: Lab, trial: Trial, folder: string, resume: readonly string[]): Promise<void> {
  for (const command of [
    ['coordinator', '--port', '0'],
    ['train', '--port', '0', '--workers', '1'],
    ['train', '--workers', '0'],
  ]) {
    const args = [...command, ...resume, ...lab.smallRun(), '--max-steps', '1000000', '--format', 'json'];
    const second = lab.lockstep([...args, '--out', folder]);
    await second.mustExit(1);
    must(
      second.stderr.includes(`is in use by process ${trial.coordinator.pid} on `),
      `${command.join(' ')} said ${second.stderr}`,
    );
    must(!second.lines.some(({ type }) => type === 'started'), `${command.join(' ')} started`);
  }
}

export const oneFolder: Row = {
  id: 'F37',
  title: 'two starts in one folder',
  load: 6,
  seconds: 20,
  async run(lab) {
    const trial = await Trial.start(lab, { settings: ['--checkpoint-every', '10'], workers: ['one', 'two'] });
    await trial.warm();
    await trial.coordinator.line('checkpoint');
    const before = stateOf(trial.folder);
    const link = path.join(lab.folder, 'link');
    symlinkSync(trial.folder, link);
    for (const folder of [trial.folder, link]) await mustRefuse(lab, trial, folder, ['--resume', 'auto']);
    await mustRefuse(lab, trial, trial.folder, []);
    mustEqual(stateOf(trial.folder), before, 'what the refused starts left of the run');
    must(trial.coordinator.isRunning, 'the first one ended');
    await trial.journal.steps(5);
    // Of two that start at once in a folder that is not there, one has it.
    const args = ['train', '--workers', '0', ...lab.smallRun(), '--max-steps', '30000', '--format', 'json'];
    const out = path.join(lab.folder, 'new');
    const both = [1, 2].map(() => lab.lockstep([...args, '--out', out]));
    const ends = await Promise.all(both.map((one) => one.exit));
    mustEqual(ends.toSorted(), [0, 1], 'how two ended that started at once');
    must(both[ends.indexOf(1)]!.stderr.includes('is in use by process'), 'the second did not say why');
    const steps = await trial.finish();
    return `9 starts in the folder of a run refused by name, 1 of 2 that started at once; ${steps} steps`;
  },
};
