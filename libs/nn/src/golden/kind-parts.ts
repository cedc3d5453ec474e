import { STREAMS } from '@lockstep/data';
import { Philox } from '@lockstep/math';
import { initializerKinds } from '../initializers/index.ts';
import { fansOf, type InitializerKind } from '../initializers/initializer.ts';
import { learningRateAt, scheduleKinds, type ScheduleSpec } from '../schedules/index.ts';
import type { ScheduleKind } from '../schedules/schedule.ts';
import { examplesOf } from './examples.ts';
import type { GoldenPart } from './golden-part.ts';
import { layerParts } from './layer-parts.ts';
import { lossParts } from './loss-parts.ts';
import { optimizerParts } from './optimizer-parts.ts';

const STEPS = 60;
const RUN = { stepsPerEpoch: 10, steps: 50 };
const WARM_UP = { steps: 7, from: 0.1 };

/** The rates of a schedule, to beyond its end, without a warm-up and with one. */
const schedulePart = (kind: ScheduleKind): GoldenPart => ({
  name: `schedule ${kind.type}`,
  run: (_backend, keep) => {
    for (const spec of examplesOf(kind, kind.schema(RUN)) as readonly ScheduleSpec[]) {
      for (const schedule of [spec, { ...spec, warmUp: WARM_UP }]) {
        keep(Float64Array.from({ length: STEPS }, (_, step) => learningRateAt(schedule, 0.1, step)));
      }
    }
  },
});

const SHAPES = [[5, 7], [7, 5], [6]];

/** The first values of a matrix, of another and of a bias. */
const initializerPart = (kind: InitializerKind): GoldenPart => ({
  name: `initializer ${kind.type}`,
  run: (_backend, keep) => {
    const generator = new Philox(5, STREAMS.initialWeights);
    for (const spec of examplesOf(kind, kind.schema)) {
      for (const [parameter, shape] of SHAPES.entries()) {
        const out = new Float32Array(shape.reduce((size, each) => size * each, 1));
        kind.fill({ spec, out, shape, fans: fansOf(shape), draws: { generator, parameter, layer: 3 } });
        keep(out);
      }
    }
  },
});

/** What is made of a backend's kernels and of float64: a part for each kind of each list. */
export const kindParts = (): readonly GoldenPart[] => [
  ...layerParts(),
  ...lossParts(),
  ...optimizerParts(),
  ...scheduleKinds.types.map((type) => schedulePart(scheduleKinds.of(type))),
  ...initializerKinds.types.map((type) => initializerPart(initializerKinds.of(type))),
];
