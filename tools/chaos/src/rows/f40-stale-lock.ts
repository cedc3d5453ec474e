import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkJournal } from '@lockstep/journal';
import type { Lab } from '../lab/lab.ts';
import { oracle } from '../lab/oracle.ts';
import type { Running } from '../lab/running.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const start = (lab: Lab, out: string, maxSteps = 10_000_000): Running =>
  lab.lockstep([
    ...['train', '--workers', '0', '--resume', 'auto', '--out', out, '--format', 'json'],
    ...[...lab.smallRun(), '--checkpoint-every', '50', '--max-steps', String(maxSteps)],
  ]);

const textOf = ({ stdout, stderr }: Running): string => `${stdout}${stderr}`;

/** Lets the lock look like that of a process on another machine, of which nothing but signs of life is known. */
function moveAway(out: string): void {
  const name = readdirSync(out).find((file) => /^lock(\.\d+)?$/.test(file))!;
  const file = path.join(out, name);
  const text = readFileSync(file, 'utf8');
  const { boot } = JSON.parse(text) as { boot: string };
  writeFileSync(file, text.replace(boot, '0'.repeat(boot.length)), { flag: 'r+' });
}

/** Everything in the folder that a run writes, and when it was written. */
const written = (out: string): string =>
  JSON.stringify(readdirSync(out).map((name) => [name, statSync(path.join(out, name)).mtimeMs]));

/** A coordinator with a worker that loses its folder while it is stopped writes nothing there either: no line of its journal. */
async function losesJournal(lab: Lab): Promise<void> {
  const folder = path.join(lab.folder, 'clustered');
  const trial = await Trial.start(lab, { settings: ['--checkpoint-every', '20'], workers: ['one'], folder });
  await trial.warm();
  const loser = trial.coordinator;
  await loser.line('checkpoint');
  await loser.stop();
  moveAway(folder);
  const settings = ['--resume', 'auto', '--out', folder, '--port', '0', '--format', 'json'];
  const taker = lab.lockstep(['coordinator', ...settings, '--max-steps', '1000000']);
  await taker.line('waiting');
  await taker.stop();
  const before = written(folder);
  loser.kill('SIGCONT');
  await loser.mustExit(1);
  must(loser.stderr.includes('lock-lost: '), `it said ${loser.tail()}`);
  mustEqual(written(folder), before, 'the folder after the coordinator that lost it went on');
  taker.kill('SIGCONT');
  taker.kill('SIGTERM');
  await taker.mustExit(143);
  const { violations } = checkJournal(trial.journal.read(), {});
  mustEqual(violations.map(({ invariant, text }) => `${invariant} ${text}`).join('; '), '', 'the journal');
}

export const staleLock: Row = {
  id: 'F40',
  title: 'the lock of a folder is left behind, and its holder is stopped while another takes over',
  load: 6,
  seconds: 50,
  async run(lab) {
    const out = path.join(lab.folder, 'run');
    const killed = start(lab, out);
    await killed.line('checkpoint');
    killed.kill('SIGKILL');
    await killed.exit;
    const startedAt = performance.now();
    const first = start(lab, out);
    await first.line('started');
    const takenMs = performance.now() - startedAt;
    must(
      new RegExp(`takes over .* from process ${killed.pid} on .*: it is gone`).test(textOf(first)),
      `it took over without a word: ${first.tail()}`,
    );
    await first.line('checkpoint');
    await first.stop();
    // On this machine the system knows that it lives: nobody takes over from it.
    const refused = start(lab, out);
    await refused.mustExit(1);
    must(
      refused.stderr.includes(`is in use by process ${first.pid} on `) &&
        refused.stderr.includes('it is stopped'),
      `it said ${refused.stderr}`,
    );
    moveAway(out);
    const second = start(lab, out);
    await second.line('checkpoint');
    must(
      /waiting 10 s for a sign of life/.test(textOf(second)) &&
        /takes over .*: it gave no sign of life for 10 s/.test(textOf(second)),
      `it said ${second.tail()}`,
    );
    second.kill('SIGTERM');
    await second.mustExit(143);
    const third = start(lab, out, 2_000_000_000);
    await third.line('started');
    // Stopped too, so that whatever is written from now on the one before has written.
    await third.stop();
    const before = written(out);
    first.kill('SIGCONT');
    await first.mustExit(1);
    must(/lock-lost: .* was taken over by process/.test(first.stderr), `it said ${first.tail()}`);
    mustEqual(written(out), before, 'what lies in the folder after the one that lost it went on');
    third.kill('SIGCONT');
    await third.line('checkpoint');
    third.kill('SIGTERM');
    await third.mustExit(143);
    const steps = Number(third.lines.findLast(({ type }) => type === 'stopped')!['step']) + 20;
    const last = start(lab, out, steps);
    await last.mustExit(0);
    mustEqual(last.lines.at(-1)!['weightsSha256'], await oracle(lab, lab.smallRun(), steps), 'the weights');
    must(!readdirSync(out).some((name) => name.startsWith('lock')), 'a lock is left at the end');
    await losesJournal(lab);
    return `taken over from a killed process in ${Math.round(takenMs)} ms, from a silent one after 10 s, which wrote nothing more; ${steps} steps`;
  },
};
