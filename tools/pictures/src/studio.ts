import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Tab } from '@lockstep/browsers';
import { encode } from './encoder.ts';

const LAUNCHER = fileURLToPath(new URL('../../../bin/lockstep.mjs', import.meta.url));

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;
const THEMES = ['light', 'dark'] as const;
type Place = keyof typeof SIZES;
type Theme = (typeof THEMES)[number];

/** How a page is photographed. */
export interface Look {
  readonly place: Place;
  readonly theme: Theme;
}

const EVERY_LOOK: readonly Look[] = (['desk', 'phone'] as const).flatMap((place) =>
  THEMES.map((theme) => ({ place, theme })),
);

/** A `lockstep` command that runs. */
export interface Process {
  readonly child: ChildProcess;
  /** What the first group of `pattern` is, once it was printed. */
  said(pattern: RegExp): Promise<string>;
  readonly exit: Promise<unknown>;
}

export interface StudioSetup {
  readonly browser: Browser;
  readonly folder: string;
  /** Every size and theme, as PNG; else the few of the README, as WebP. */
  readonly isComplete: boolean;
}

/** Where the pictures are taken: a browser, processes, and a folder for what comes out. */
export class Studio {
  readonly isComplete: boolean;
  readonly #setup: StudioSetup;
  readonly #processes: Process[] = [];
  readonly #runs = mkdtempSync(path.join(tmpdir(), 'lockstep-runs-'));

  constructor(setup: StudioSetup) {
    this.#setup = setup;
    this.isComplete = setup.isComplete;
  }

  /** The folder of a run, by its name. */
  run(name: string): string {
    return path.join(this.#runs, name);
  }

  lockstep(args: readonly string[], env: Readonly<Record<string, string>> = {}): Process {
    const child = spawn(process.execPath, [LAUNCHER, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let printed = '';
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        for (const listener of listeners) listener();
      });
    }
    const running: Process = {
      child,
      exit: new Promise((resolve) => child.once('close', resolve)),
      said: (pattern) =>
        new Promise((resolve) => {
          const look = (): void => {
            const found = pattern.exec(printed)?.[1];
            if (found === undefined) return;
            listeners.delete(look);
            resolve(found);
          };
          listeners.add(look);
          look();
        }),
    };
    this.#processes.push(running);
    return running;
  }

  async open(url: string, look: Look = { place: 'desk', theme: 'light' }): Promise<Tab> {
    const tab = await this.#setup.browser.open(url);
    await dress(tab, look);
    return tab;
  }

  /** Pictures of a page: in every look, or for the README in that one. */
  async take(name: string, tab: Tab, look?: Look): Promise<void> {
    if (!this.isComplete && look === undefined) return;
    for (const each of this.isComplete ? EVERY_LOOK : [look!]) {
      await dress(tab, each);
      const picture = await tab.screenshot();
      const file = path.join(this.#setup.folder, `${name}-${each.place}-${each.theme}`);
      if (this.isComplete) writeFileSync(`${file}.png`, picture);
      else encode([picture], `${file}.webp`);
    }
  }

  /** Pictures of one page, one after the other for `seconds`, as an animation. */
  async film(name: string, tab: Tab, seconds: number, framesPerSecond: number): Promise<void> {
    const pictures: Uint8Array[] = [];
    const startedAt = performance.now();
    while (pictures.length < seconds * framesPerSecond) {
      const due = startedAt + (1000 * pictures.length) / framesPerSecond;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      pictures.push(await tab.screenshot());
    }
    encode(pictures, path.join(this.#setup.folder, `${name}.webp`), framesPerSecond);
  }

  async close(): Promise<void> {
    for (const { child, exit } of this.#processes) {
      child.kill('SIGKILL');
      await exit;
    }
    rmSync(this.#runs, { recursive: true, force: true });
  }
}

/** Gives a page its size, and its theme as a person chooses it. */
async function dress(tab: Tab, { place, theme }: Look): Promise<void> {
  const select = `document.querySelector('.theme select, #theme')`;
  await tab.resize(SIZES[place]);
  await tab.until(`${select} !== null`);
  await tab.evaluate(
    `${select}.value = '${theme}', ${select}.dispatchEvent(new Event('change', { bubbles: true })), scrollTo(0, 0)`,
  );
  // Charts are drawn anew, a frame or two later.
  await tab.evaluate('new Promise((resolve) => setTimeout(resolve, 400))');
}
