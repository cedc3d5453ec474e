import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { BrowserName } from './browser.ts';
import { BrowserError } from './browser-error.ts';
import { registryChromium } from './registry-chromium.ts';

/** A program that a browser needs: how the environment names another one, and where Debian puts it. */
interface Program {
  readonly variable: string;
  /** Names searched for on the PATH, or absolute paths; the first that exists is taken. */
  readonly candidates: readonly string[];
}

const miniBrowser = (architecture: string): string =>
  `/usr/lib/${architecture}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;

const programs = {
  chromium: {
    variable: 'CHROMIUM_PATH',
    candidates: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
  },
  firefox: { variable: 'FIREFOX_PATH', candidates: ['firefox-esr', 'firefox'] },
  webDriver: { variable: 'WEBKIT_DRIVER_PATH', candidates: ['WebKitWebDriver'] },
  miniBrowser: {
    variable: 'WEBKIT_PATH',
    candidates: [miniBrowser('x86_64'), miniBrowser('aarch64')],
  },
  display: { variable: 'XVFB_PATH', candidates: ['Xvfb'] },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

const needs: Readonly<Record<BrowserName, readonly ProgramName[]>> = {
  chromium: ['chromium'],
  firefox: ['firefox'],
  webkit: ['webDriver', 'miniBrowser', 'display'],
};

/** The packages of Debian that bring a browser. */
export const browserPackages: Readonly<Record<BrowserName, readonly string[]>> = {
  chromium: ['chromium'],
  firefox: ['firefox-esr'],
  webkit: ['webkit2gtk-driver', 'xvfb'],
};

/** The first program that `browser` lacks here, by its name on Debian; nothing when it can be launched. */
export function missingProgram(browser: BrowserName): string | undefined {
  const missing = needs[browser].find((program) => findProgram(program) === undefined);
  return missing && programs[missing].candidates[0];
}

/** Where a program of `browser` lies. @throws {BrowserError} `not-installed` */
export function programPath(browser: BrowserName, program: ProgramName): string {
  const found = findProgram(program);
  if (found !== undefined) return found;
  const { variable, candidates } = programs[program];
  throw new BrowserError(
    'not-installed',
    `${browser} needs ${candidates[0]}, which is not here: ${remedyFor(browser)}, or set ${variable} to where it is`,
  );
}

/** How to get a browser that is missing. */
export const remedyFor = (browser: BrowserName): string =>
  `install it (Debian: apt-get install ${browserPackages[browser].join(' ')})` +
  (browser === 'chromium' ? ', or fetch one into your cache with "npm run browser"' : '');

function findProgram(program: ProgramName): string | undefined {
  const { variable, candidates } = programs[program];
  const chosen = process.env[variable];
  if (chosen !== undefined) return isExecutable(chosen) ? chosen : undefined;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const installed = candidates
    .flatMap((name) => (path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name))))
    .find(isExecutable);
  return installed ?? (program === 'chromium' ? registryChromium()?.executable : undefined);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
