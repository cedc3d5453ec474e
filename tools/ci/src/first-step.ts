/** Measures how long a clone takes from `npm ci` to its first trained step, against another commit's. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BareError } from './bare/bare-error.ts';
import { output } from './bare/commands.ts';
import { runTool, say, temporaryFolder } from './bare/tool.ts';
import { workspaceRoot } from './bare/tree.ts';
import { isStepOne, median, readOptions, type Options } from './first-step/first-step.ts';

const HELP = `Usage: npm run first-step -- [options]

Clones the last commit and another one, and takes the time of each in turns: from "npm ci", the
packages being in npm's cache, to the first trained step of "npm start". Prints the medians and
their ratio. Nothing else should run on the machine meanwhile.

  --against <commit>  the other commit (default: 5789bb8)
  --rounds <count>    of how many rounds the medians are (default: 3)
  --help              print this

Exits 1 when one of them does not come to a step, 2 on a bad argument.`;

async function makeClone(folder: string, name: string, commit: string): Promise<Clone> {
  const place = path.join(folder, name);
  await output(['git', 'clone', '--quiet', '--no-checkout', workspaceRoot, place]);
  await output(['git', 'checkout', '--quiet', '--detach', commit], { cwd: place });
  const { stdout } = await output(['git', 'rev-parse', '--short', 'HEAD'], { cwd: place });
  return { place, commit: stdout.trim(), seconds: [] };
}

interface Clone {
  readonly place: string;
  readonly commit: string;
  readonly seconds: number[];
}

const secondsSince = (begin: bigint): number => Number(process.hrtime.bigint() - begin) / 1e9;

/** Nx 23 keeps what it built in the home folder, for every clone of a repository: a second clone would build nothing. */
const buildsAnew = (place: string) => ({ ...process.env, NX_CACHE_DIRECTORY: path.join(place, '.nx/cache') });

const install = (place: string) =>
  output(['npm', 'ci', '--prefer-offline', '--no-audit'], { cwd: place, env: buildsAnew(place) });

/** Seconds from an empty `node_modules` to the first trained step. */
async function timeToFirstStep({ place }: Clone): Promise<number> {
  for (const made of ['node_modules', '.nx', 'run'])
    rmSync(path.join(place, made), { recursive: true, force: true });
  const begin = process.hrtime.bigint();
  await install(place);
  const flags = ['--max-steps', '1', '--port', '0', '--format', 'json', '--out', path.join(place, 'run')];
  const child = spawn('npm', ['--silent', 'start', '--', ...flags], {
    cwd: place,
    env: buildsAnew(place),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => void child.once('close', resolve));
  let seconds: number | undefined;
  // To the end: the evaluation that follows is no part of the figure, but must not slow the next round.
  for await (const line of createInterface({ input: child.stdout })) {
    if (isStepOne(line)) seconds ??= secondsSince(begin);
  }
  await ended;
  if (seconds === undefined) throw new BareError('command-failed', `"npm start" ended without a step`);
  return seconds;
}

async function compare(options: Options): Promise<number> {
  const folder = temporaryFolder('first-step');
  const clones = [
    await makeClone(folder, 'this', 'HEAD'),
    await makeClone(folder, 'other', options.against),
  ] as const;
  for (const { place } of clones) await install(place); // fills npm's cache
  for (let round = 1; round <= options.rounds; round++) {
    for (const clone of clones) clone.seconds.push(await timeToFirstStep(clone));
    say(
      `round ${round}: ${clones.map(({ commit, seconds }) => `${commit} ${seconds.at(-1)!.toFixed(1)} s`).join(', ')}`,
    );
  }
  const [mine, other] = clones.map(({ seconds }) => median(seconds)) as [number, number];
  say(`medians: ${clones[0].commit} ${mine.toFixed(1)} s, ${clones[1].commit} ${other.toFixed(1)} s`);
  say(`ratio: ${(mine / other).toFixed(2)}`);
  return 0;
}

await runTool({ name: 'first-step', help: HELP, readOptions, run: compare });
