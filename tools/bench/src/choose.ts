import type { BenchmarkCase } from './benchmark-case.ts';
import { units } from './benchmark-case.ts';
import type { Choice } from './cases/choices.ts';
import type { CaseReport } from './report.ts';
import type { Settings } from './settings.ts';

/**
 * Finds out how the peers are fastest here, each choice measured as any other case; only what `cases` need and `known` does
 * not say.
 * @param measure measures a choice with what was found before
 */
export async function findSettings(
  choices: readonly Choice[],
  cases: readonly BenchmarkCase[],
  known: Settings,
  measure: (benchmark: BenchmarkCase, settings: Settings) => Promise<CaseReport>,
): Promise<Settings> {
  const compared = new Set(cases.flatMap(({ contenders }) => contenders.map(({ peer }) => peer)));
  let settings = known;
  for (const { setting, peer, benchmark, values } of choices) {
    if (!compared.has(peer) || setting in known) continue;
    const value = values.get(fastestOf(await measure(benchmark, settings)));
    settings = { ...settings, ...(value !== undefined && { [setting]: value }) };
  }
  return settings;
}

/** The contender of the best round, which other work on the machine disturbed least; the baseline where none was measured. */
function fastestOf({ contenders, unit, baseline }: CaseReport): string {
  const isHigherBetter = units[unit] === 'higher';
  const best = contenders.toSorted((a, b) => (isHigherBetter ? b.most - a.most : a.least - b.least))[0];
  return best?.contender ?? baseline;
}
