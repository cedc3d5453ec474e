import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserName, Tab } from '@lockstep/browsers';
import { VIEW_PATH } from '@lockstep/protocol';
import { WebSocket } from 'ws';
import type { Contender, Measurement } from '../benchmark-case.ts';
import { isMainOf } from '../probe/reading.ts';
import type { Pace } from './instant-worker.ts';
import { STEP_MILLIS, startManyWorkers } from './many-workers.ts';
import { inBrowser } from './open-browser.ts';
import { probeEnvironment, readRecords } from './probed-train.ts';
import { inTemporaryFolder } from './train-process.ts';

const SECOND = 1000;
const WATCHED_MILLIS = 5 * SECOND;

/** Frames as the page is drawn: milliseconds from each to the next, over `WATCHED_MILLIS`. */
const frameTimes = `new Promise((resolve) => {
  const times = [];
  let before = performance.now();
  const begun = before;
  requestAnimationFrame(function frame() {
    const now = performance.now();
    times.push(now - before);
    before = now;
    if (now - begun < ${WATCHED_MILLIS}) requestAnimationFrame(frame);
    else resolve(times);
  });
})`;

/** Shows the run at `url`, once it trains. */
async function watch(browser: Browser, url: string): Promise<Tab> {
  const tab = await browser.open(url);
  await tab.until(`document.querySelector('.pill')?.innerText === 'training'`, 60 * SECOND);
  return tab;
}

/** How smoothly the dashboard of a run with `count` workers is drawn: mean time from frame to frame. */
export const dashboardFrames = (name: string, browserName: BrowserName, count: number): Contender =>
  inBrowser(name, browserName, async (browser, folder) => {
    const { coordinator, pace } = await startManyWorkers(folder, { count });
    try {
      const tab = await watch(browser, coordinator.dashboardUrl);
      const [firstStep, begunAt] = [pace.step, performance.now()];
      const times = (await tab.evaluate(frameTimes)) as number[];
      const steps = (pace.step - firstStep) / ((performance.now() - begunAt) / SECOND);
      await tab.close();
      return {
        value: times.reduce((sum, time) => sum + time, 0) / times.length,
        extra: { 'longest frame, ms': Math.max(...times), 'steps/s': steps },
      };
    } finally {
      coordinator.kill();
    }
  });

/** Times that somebody watches and that nobody does, in turns: what drifts, drifts for both. */
const TURNS = 5;
const TURN_MILLIS = 3 * SECOND;

/**
 * What a connection like that of an open dashboard costs the coordinator of a run with `count` workers, in processor time. There
 * is no browser at its other end: on the same cores it would change how the workers' answers arrive.
 */
export const dashboardCost = (name: string, count: number): Contender => ({
  name,
  open: () => Promise.resolve({ measure: () => measureCost(count) }),
});

const measureCost = (count: number): Promise<Measurement> =>
  inTemporaryFolder(async (folder) => {
    const env = probeEnvironment('usage', folder);
    const { coordinator, pace } = await startManyWorkers(folder, { count, env });
    try {
      const unwatched: Turn[] = [];
      const watched: Turn[] = [];
      for (let turn = 0; turn <= TURNS; turn++) {
        unwatched.push(await turnOf(pace));
        const viewer = await connectViewer(coordinator.dashboardUrl);
        watched.push(await turnOf(pace));
        viewer.close();
      }
      await delay(SECOND); // what the probe has seen is written down now and then
      const [without, withOne] = await Promise.all(
        [unwatched, watched].map((turns) => millisPerStep(folder, turns.slice(1))), // the first has warmed it up
      );
      return {
        value: (100 * (withOne! - without!)) / STEP_MILLIS,
        extra: { 'CPU ms a step without': without!, with: withOne! },
      };
    } finally {
      coordinator.kill();
    }
  });

/** Connects as the page at `url` does; resolves with the first picture of the run. */
async function connectViewer(url: string): Promise<WebSocket> {
  const { host, hash } = new URL(url);
  const token = hash.split('=')[1];
  const viewer = new WebSocket(`ws://${host}${VIEW_PATH}`);
  await once(viewer, 'open');
  viewer.send(JSON.stringify({ type: 'hello', role: 'admin', token }));
  await once(viewer, 'message');
  return viewer;
}

/** A stretch of a run. */
interface Turn {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

async function turnOf(pace: Pace): Promise<Turn> {
  const [from, firstStep] = [Date.now(), pace.step];
  await delay(TURN_MILLIS);
  return { from, to: Date.now(), steps: pace.step - firstStep };
}

/** The coordinator's processor time for each step of all `turns`. */
async function millisPerStep(folder: string, turns: readonly Turn[]): Promise<number> {
  const { samples } = (await readRecords(folder)).find(isMainOf('coordinator'))!;
  let [millis, steps] = [0, 0];
  for (const turn of turns) {
    const within = samples.filter(({ at }) => at >= turn.from && at <= turn.to);
    const [first, last] = [within[0]!, within.at(-1)!];
    millis += (last.cpuMicros - first.cpuMicros) / 1000;
    steps += turn.steps * ((last.at - first.at) / (turn.to - turn.from));
  }
  return millis / steps;
}
