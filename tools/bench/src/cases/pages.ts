import type { BenchmarkCase } from '../benchmark-case.ts';
import { dashboardCost, dashboardFrames } from '../contenders/dashboard.ts';
import { volunteerPage } from '../contenders/volunteer-page.ts';
import { specified } from './networks.ts';

const WORKERS = 200;
const MOST_ROUNDS = 3;
/** 30 frames a second. */
const MOST_FRAME_MILLIS = 33.3;
/** Of the time of a step. */
const MOST_PERCENT = 5;

const smoothness: BenchmarkCase = {
  name: `the dashboard, ${WORKERS} workers at 50 steps a second`,
  unit: 'ms/frame',
  contenders: [
    dashboardFrames('Chromium', 'chromium', WORKERS),
    dashboardFrames('Firefox', 'firefox', WORKERS),
  ],
  baseline: 'Chromium',
  requirements: [{ kind: 'figure', contender: 'Chromium', atMost: MOST_FRAME_MILLIS }],
  mostRounds: MOST_ROUNDS,
};

const cost: BenchmarkCase = {
  name: `what an open dashboard costs the coordinator, ${WORKERS} workers at 50 steps a second`,
  unit: '% of a step',
  contenders: [dashboardCost('one dashboard', WORKERS)],
  baseline: 'one dashboard',
  requirements: [{ kind: 'figure', contender: 'one dashboard', atMost: MOST_PERCENT }],
  mostRounds: MOST_ROUNDS,
};

/** Other browsers do not tell of long tasks. */
const responsiveness: BenchmarkCase = {
  name: `the page of a volunteer that trains, ${specified.name}`,
  unit: 'tasks over 50 ms',
  contenders: [volunteerPage('Chromium', 'chromium', [...specified.args, '--epochs', '1000'])],
  baseline: 'Chromium',
  requirements: [{ kind: 'figure', contender: 'Chromium', atMost: 0 }],
  mostRounds: MOST_ROUNDS,
};

/** What people see of a run, while it goes on. */
export const pages: readonly BenchmarkCase[] = [smoothness, cost, responsiveness];
