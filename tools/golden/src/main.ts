/** Recomputes the golden workload on every engine and backend, and says which give the contract's bits. */
import { writeFileSync } from 'node:fs';
import { helpText, parseArguments, type Arguments } from './arguments.ts';
import { bundleWorkload, type Bundles } from './bundles.ts';
import { installDebianPackages } from './debian-packages.ts';
import type { Engine } from './engine.ts';
import { createEngines } from './engines/index.ts';
import { GoldenError } from './golden-error.ts';
import { expectedHere, recompute } from './recompute.ts';
import { resultsOf } from './results.ts';
import { headLine, lineOf, totalsLine } from './table.ts';
import { isFailure, type Expected, type Row } from './verdict.ts';

let bundles: Bundles | undefined;
const engines = createEngines(() => bundles!);

function selected({ only, ci }: Arguments): Engine[] {
  if (ci) return engines.filter(({ isInCi }) => isInCi);
  return engines.filter(({ name }) => only.length === 0 || only.includes(name));
}

async function table(chosen: readonly Engine[], expected: Expected): Promise<Row[]> {
  bundles = await bundleWorkload();
  try {
    console.log(headLine());
    const rows: Row[] = [];
    for (const engine of chosen) {
      const more = await recompute(engine, expected);
      for (const row of more) console.log(lineOf(row));
      rows.push(...more);
    }
    console.log(totalsLine(rows));
    return rows;
  } finally {
    bundles.remove();
  }
}

/** @returns whether every engine that ran, and every one that was asked for, gives the contract's bits */
async function golden(options: Arguments): Promise<boolean> {
  const chosen = selected(options);
  const isAskedFor = options.ci || options.only.length > 0;
  if (options.install) {
    const missing = chosen.filter((engine) => engine.missing() !== undefined);
    const packages = new Set(missing.flatMap(({ debianPackages }) => debianPackages));
    if (packages.size > 0) installDebianPackages([...packages]);
  }
  const expected = await expectedHere();
  const rows = await table(chosen, expected);
  const write = (file: string | undefined, content: unknown): void => {
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  };
  write(options.json, { date: new Date().toISOString(), expected, rows });
  write(options.results, resultsOf(rows, isAskedFor));
  return !rows.some((row) => isFailure(row, isAskedFor));
}

try {
  const options = parseArguments(
    process.argv.slice(2),
    engines.map(({ name }) => name),
  );
  if (options.help) console.log(helpText(engines));
  else process.exitCode = (await golden(options)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof GoldenError)) throw error;
  console.error(`golden: ${error.message}`);
  process.exitCode = error.code === 'bad-argument' ? 2 : 1;
}
