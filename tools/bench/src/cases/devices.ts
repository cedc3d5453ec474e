import type { BenchmarkCase } from '../benchmark-case.ts';
import { slowDevices, type RunFigure } from '../contenders/slow-devices.ts';
import { large } from './networks.ts';

const [ONE, EIGHT] = ['1 device', '8 devices'] as const;

/** One epoch, and the evaluation after it. */
const ARGS = [...large.args, '--epochs', '1', '--checkpoint-every', '0'];

interface Bounds {
  readonly atLeast: number;
  readonly aim: number;
}

const devices = (
  title: string,
  unit: BenchmarkCase['unit'],
  figure: RunFigure,
  { atLeast, aim }: Bounds,
): BenchmarkCase => ({
  name: `${title} of slow devices, ${large.name}`,
  unit,
  contenders: [slowDevices(ONE, 1, figure, ARGS), slowDevices(EIGHT, 8, figure, ARGS)],
  baseline: ONE,
  requirements: [
    { kind: 'speed', contender: EIGHT, against: ONE, atLeast },
    { kind: 'speed', contender: EIGHT, against: ONE, atLeast: aim, isAim: true },
  ],
  mostRounds: 1,
});

/** What eight slow devices are worth, where each has a tenth of a core and nothing else is the limit. */
export const deviceCases: readonly BenchmarkCase[] = [
  devices('step', 'ms/step', 'step', { atLeast: 6.6, aim: 7 }),
  devices('whole run', 's/run', 'whole', { atLeast: 6.2, aim: 6.7 }),
];
