/** Breaks the product in ten ways, and sees that the simulation notices each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scenarioOf, trainAlone } from '@lockstep/simulation';
import { buildBroken } from './broken-build.ts';
import { hunt, type Found, type Task } from './hunt.ts';
import { resultsOf, type Outcome } from './results.ts';
import { SABOTAGES, type Edit, type Sabotage } from './sabotages.ts';

const helpText = `Usage: npm run sabotage -- [options]

Builds the product broken in ten ways, one after the other, and simulates seeds with each until a property of the
simulation fails; the same seeds must pass with the sound product. A sabotage that nothing notices is a hole in the tests.

  --only <name>      only this one: ${SABOTAGES.map(({ name }) => name).join(', ')}
  --seeds <count>    seeds that each is tried with (default: 400)
  --results <file>   write passed and failed counts to this file, for the closing line of tools/ci
  --help             print this

Exits 1 when one was not noticed, or the sound product failed; 2 on a bad argument.`;

/** Seeds that the sound product has to pass besides those that gave a broken one away. */
const CONTROL_SEEDS = 100;

/** A hunt that takes longer has failed. */
const MOST_SECONDS = 60;

interface Options {
  readonly only: string | undefined;
  readonly seeds: number;
  readonly results: string | undefined;
}

/** The same seeds with the faults that a sabotage needs. */
const withFaults = (tasks: readonly Task[], { faults }: Pick<Sabotage, 'faults'>): Task[] =>
  tasks.map((task) => ({ ...task, ...(faults !== undefined && { only: faults }) }));

async function sabotage({ only, seeds, results }: Options): Promise<boolean> {
  const tasks: Task[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    tasks.push({ seed, expected: await trainAlone(scenarioOf(seed)) });
  }
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-sabotage-'));
  const attempt = async (name: string, edits: readonly Edit[], theirs: readonly Task[]): Promise<Found> => {
    const bundle = join(folder, `${name}.mjs`);
    await buildBroken(edits, bundle);
    return hunt(bundle, theirs, MOST_SECONDS);
  };
  const outcomes: Outcome[] = [];
  // What gave a broken product away must not trouble the sound one.
  const proofs: Task[] = [];
  try {
    for (const one of SABOTAGES.filter(({ name }) => only === undefined || name === only)) {
      const { name, what, edits } = one;
      const begin = process.hrtime.bigint();
      const theirs = withFaults(tasks, one);
      const found = await attempt(name, edits, theirs);
      const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
      const outcome = { name, what, seconds, ...found };
      outcomes.push(outcome);
      proofs.push(...theirs.filter(({ seed }) => seed === found.seed));
      console.log(lineOf(outcome));
    }
    const sound = await attempt('sound', [], [...proofs, ...tasks.slice(0, CONTROL_SEEDS)]);
    const isSound = sound.failure === undefined;
    console.log(
      isSound
        ? `the sound product passes these seeds, and seeds 1 to ${CONTROL_SEEDS}`
        : `THE SOUND PRODUCT FAILS: seed ${sound.seed}: ${sound.failure}`,
    );
    const caught = outcomes.filter(({ failure }) => failure !== undefined).length;
    console.log(`${caught} of ${outcomes.length} sabotages were noticed`);
    if (results !== undefined) {
      writeFileSync(results, `${JSON.stringify(resultsOf(outcomes, sound), null, 2)}\n`);
    }
    return isSound && caught === outcomes.length;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const lineOf = ({ name, what, seconds, seed, failure }: Outcome): string =>
  failure === undefined
    ? `${name.padEnd(20)} NOT NOTICED in ${seconds.toFixed(1)} s: ${what}`
    : `${name.padEnd(20)} noticed in ${seconds.toFixed(1)} s: ${what}\n` +
      `${' '.repeat(20)} seed ${seed}: ${failure.split('\n', 1)[0]}`;

try {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seeds: { type: 'string', default: '400' },
      results: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { only, results, seeds } = values;
  if (only !== undefined && !SABOTAGES.some(({ name }) => name === only))
    throw new TypeError(`no sabotage is called ${only}`);
  if (!/^[1-9]\d{0,5}$/.test(seeds)) throw new TypeError(`--seeds takes a number of seeds, not ${seeds}`);
  if (values.help === true) console.log(helpText);
  else process.exitCode = (await sabotage({ only, results, seeds: Number(seeds) })) ? 0 : 1;
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`sabotage: ${error.message}; --help lists the options`);
  process.exitCode = 2;
}
