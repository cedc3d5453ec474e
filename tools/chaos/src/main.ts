/** Does damage to runs with real processes, and checks that exactly what is promised happens. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { ArgumentError, helpText, parseArguments, type Arguments } from './arguments.ts';
import { chaosFolder, rootFolder } from './lab/paths.ts';
import { Records, type RowRecord } from './records.ts';
import { resultsOf } from './results.ts';
import type { Row } from './row.ts';
import { runRow } from './row-process.ts';
import { rowOf, rows, soakId } from './rows/index.ts';
import { runJobs } from './schedule.ts';

/** The commit that is checked out, with `+` when files were changed since. */
function currentCommit(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: rootFolder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}

function selectedBy({ soak, rows: wanted }: Arguments): readonly Row[] {
  if (soak !== undefined) return [rowOf(soakId(soak))!];
  return rows.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
}

/** Runs the rows, each as often as asked for, and prints a line for each. */
async function chaos(
  args: Arguments,
  selected: readonly Row[],
  records: Records,
  commit: string,
): Promise<RowRecord[]> {
  const shared = mkdtempSync(path.join(tmpdir(), 'lockstep-chaos-shared-'));
  const startedAt = performance.now();
  const done: RowRecord[] = [];
  const jobs = selected.flatMap((row) => {
    const recorded = args.resume ? records.of(row.id, commit).filter(({ isPassed }) => isPassed).length : 0;
    return Array.from({ length: Math.max(0, args.repeat - recorded) }, (_, index) => ({
      row,
      load: row.load,
      async run() {
        const rowStartedAt = performance.now();
        const { isPassed, text } = await runRow(row, shared, recorded + index + 1);
        const seconds = Number(((performance.now() - rowStartedAt) / 1000).toFixed(1));
        const record = { row: row.id, commit, isPassed, text, seconds };
        records.add(record);
        done.push(record);
        const verdict = isPassed ? 'passed' : 'FAILED';
        console.log(`${row.id} ${verdict} ${seconds.toFixed(1).padStart(5)} s  ${row.title}: ${text}`);
      },
    }));
  });
  jobs.sort((a, b) => b.row.seconds - a.row.seconds);
  const isOver = (): boolean =>
    args.budget !== undefined && performance.now() - startedAt > args.budget * 1000;
  try {
    await runJobs(jobs, args.load ?? availableParallelism() * 10, isOver);
  } finally {
    rmSync(shared, { recursive: true, force: true });
  }
  return done;
}

function report(args: Arguments, done: readonly RowRecord[], commit: string): void {
  const failed = done.filter(({ isPassed }) => !isPassed).length;
  if (args.json !== undefined)
    writeFileSync(args.json, `${JSON.stringify({ commit, records: done }, null, 2)}\n`);
  if (args.results !== undefined) writeFileSync(args.results, JSON.stringify(resultsOf(done)));
  console.log(`${done.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && done.length > 0 ? 0 : 1;
}

try {
  const ids = rows.map(({ id }) => id);
  const args = parseArguments(process.argv.slice(2), ids);
  const selected = selectedBy(args);
  const records = new Records(path.join(chaosFolder, '.records.ndjson'));
  const commit = currentCommit();
  if (args.help) console.log(helpText(rows));
  else if (args.list) console.log(selected.map(({ id, title }) => `${id}  ${title}`).join('\n'));
  else if (args.status)
    console.log(
      records
        .status(
          selected.map(({ id }) => id),
          commit,
        )
        .join('\n'),
    );
  else if (!existsSync(path.join(rootFolder, 'apps/coordinator/dist/main.mjs'))) {
    throw new ArgumentError('Lockstep is not built here: run `npm run build` first');
  } else {
    const startedAt = performance.now();
    const done = await chaos(args, selected, records, commit);
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    report(args, done, commit);
  }
} catch (error) {
  if (!(error instanceof ArgumentError)) throw error;
  console.error(`chaos: ${error.message}`);
  process.exitCode = 2;
}
