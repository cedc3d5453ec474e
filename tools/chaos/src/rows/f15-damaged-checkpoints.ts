import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const DAMAGES: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['truncated', (bytes) => bytes.subarray(0, bytes.length - 100)],
  ['one bit flipped', (bytes) => flipped(bytes, bytes.length - 50)],
  [
    'torn in the middle',
    (bytes) => Buffer.concat([bytes.subarray(0, bytes.length >> 1), Buffer.alloc(bytes.length >> 1)]),
  ],
  ['empty', () => Buffer.alloc(0)],
];

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 4;
  return copy;
}

const checkpointsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /^step-\d+\.safetensors$/.test(name))
    .sort();

export const damagedCheckpoints: Row = {
  id: 'F15',
  title: 'checkpoints are torn, cut short, and have a flipped bit',
  load: 5,
  seconds: 18,
  async run(lab) {
    const trial = await Trial.start(lab, { settings: ['--checkpoint-every', '10'], workers: ['one', 'two'] });
    await trial.warm();
    for (const [name, damage] of DAMAGES) {
      const { coordinator } = trial;
      const had = coordinator.lines.filter(({ type }) => type === 'checkpoint').length;
      await trial.journal.entry('two checkpoints', ({ type }) => type === 'checkpoint', {
        from: trial.journal.read().length,
      });
      await coordinator.line(
        'checkpoint',
        () => coordinator.lines.filter(({ type }) => type === 'checkpoint').length >= had + 3,
      );
      coordinator.kill('SIGKILL');
      await coordinator.exit;
      const [before, newest] = checkpointsIn(trial.folder).slice(-2);
      const file = path.join(trial.folder, newest!);
      writeFileSync(file, damage(readFileSync(file)));
      const next = await trial.resume();
      const { step, resumedFrom } = await next.line('started');
      mustEqual(path.basename(String(resumedFrom)), before, `${name}: the checkpoint it went on from`);
      must(
        new RegExp(`passed over a damaged checkpoint: .*${newest}: [a-z-]+: `).test(next.stderr),
        `${name}: it said ${next.stderr}`,
      );
      must(
        !checkpointsIn(trial.folder).includes(newest!) || Number(step) > 0,
        `${name}: the damaged one is among the good ones`,
      );
      must(
        readdirSync(trial.folder).includes(`${newest}.damaged`),
        `${name}: the damaged one was not set aside`,
      );
      await trial.journal.steps(5);
    }
    await mustRefuseWhenAllAreBad(trial);
    const steps = await trial.finish();
    return `${DAMAGES.length} kinds of damage, each passed over by name; all bad: exit 3; ${steps} steps`;
  },
};

/** All bad: exit 3 with the reason, and never a start from nothing. */
async function mustRefuseWhenAllAreBad(trial: Trial): Promise<void> {
  trial.coordinator.kill('SIGKILL');
  await trial.coordinator.exit;
  const files = checkpointsIn(trial.folder).map((name) => path.join(trial.folder, name));
  const whole = files.map((file) => readFileSync(file));
  for (const [index, file] of files.entries()) writeFileSync(file, flipped(whole[index]!, 40));
  const refused = trial.lab.lockstep([
    'coordinator',
    '--port',
    '0',
    '--out',
    trial.folder,
    '--resume',
    'auto',
  ]);
  await refused.mustExit(3);
  must(/none of the \d+ checkpoints in .* can be read/.test(refused.stderr), `it said ${refused.stderr}`);
  must(refused.stdout === '', 'it started nevertheless');
  for (const [index, file] of files.entries()) writeFileSync(file, whole[index]!);
  await trial.resume();
}
