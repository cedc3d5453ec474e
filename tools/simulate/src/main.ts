/** Trains whole clusters on a virtual clock, with faults; each must end with the bits of a single process. */
import { writeFileSync } from 'node:fs';
import { simulateSeed } from '@lockstep/simulation';
import { ArgumentError, helpText, parseArguments, type Arguments } from './arguments.ts';
import { replayCommand, Tally } from './tally.ts';

/** Seconds between two lines that say how far it is. */
const NEWS_SECONDS = 15;

/** @returns whether every run ended as it should */
async function run({ from, seeds, faults, seconds, trace, results }: Arguments): Promise<boolean> {
  const tally = new Tally(faults);
  const cpuBefore = process.cpuUsage();
  const begin = process.hrtime.bigint();
  const clock = (): number => Number(process.hrtime.bigint() - begin) / 1e9;
  let news = NEWS_SECONDS;
  for (let seed = from; seed < from + seeds && clock() < seconds; seed++) {
    const report = await simulateSeed(seed, {
      ...(trace && { trace: (line: string) => console.log(line) }),
      ...(faults !== undefined && { only: faults }),
    });
    tally.add(report);
    if (report.failures.length > 0) {
      console.log(
        `seed ${seed} failed: ${report.failures.join('\n  ')}\n  repeat it: ${replayCommand(seed, faults)}`,
      );
    }
    if (clock() < news) continue;
    news += NEWS_SECONDS;
    console.log(`seed ${seed}, ${tally.failed} of ${tally.seeds} failed`);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  console.log(tally.summary({ cpu: (user + system) / 1e6, clock: clock() }));
  if (results !== undefined) writeFileSync(results, `${JSON.stringify(tally.results(), null, 2)}\n`);
  return tally.failed === 0;
}

try {
  const options = parseArguments(process.argv.slice(2));
  if (options.help) console.log(helpText);
  else process.exitCode = (await run(options)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof ArgumentError)) throw error;
  console.error(`simulate: ${error.message}`);
  process.exitCode = 2;
}
