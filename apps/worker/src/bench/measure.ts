import { parseRunConfig, type BenchLaunch, type RunConfig } from '@lockstep/config';
import type { Backend } from '@lockstep/math';
import { initialWeights, layoutOf, perceptronModel } from '@lockstep/nn';
import type { ComputeTeam, SpanRows } from '@lockstep/worker';

/** Milliseconds that one figure takes to measure, after as many to warm up. */
const SAMPLE_MS = 600;
/** Rows and columns of the matrices whose product is timed. */
export const PRODUCT_SIZE = 512;
const FEATURES = 784;
const CLASSES = 10;

/** A run of the network that is measured, on rows as large as those of MNIST. */
export const benchConfig = ({
  hidden,
  batchSize,
  leafRows,
}: Pick<BenchLaunch, 'hidden' | 'batchSize' | 'leafRows'>): RunConfig =>
  parseRunConfig({
    contract: 'exact-2',
    dataset: {
      name: 'made up',
      sha256: '0'.repeat(64),
      trainRows: batchSize,
      featureCount: FEATURES,
      classCount: CLASSES,
    },
    standardisation: { mean: 0.5, deviation: 0.25 },
    model: perceptronModel({ sizes: [FEATURES, ...hidden, CLASSES] }),
    batchSize,
    leafRows,
    learningRate: 0.05,
    seed: 1,
    totalSteps: 1,
  });

/** Thousand millions of multiplications and additions a second, in C = A @ B with matrices of `PRODUCT_SIZE`. */
export async function productRate(backend: Backend, sampleMs = SAMPLE_MS): Promise<number> {
  const elements = PRODUCT_SIZE ** 2;
  const [out, a, b] = [0, 0, 0].map(() => backend.allocate(elements)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let i = 0; i < elements; i++) {
    a[i] = (i % 7) - 3;
    b[i] = (i % 5) - 2;
  }
  const millis = await medianMillis(() => {
    backend.matmul(out, a, b, PRODUCT_SIZE, PRODUCT_SIZE, PRODUCT_SIZE);
  }, sampleMs);
  return (2 * PRODUCT_SIZE ** 3) / millis / 1e6;
}

/** What the gradient of a mini-batch takes. */
export interface GradientFigure {
  readonly millis: number;
  /** Of that gradient: the same for every backend and number of threads. */
  readonly checksum: string;
}

/** Times the gradient of a mini-batch of `config` on `team`, as a worker computes it, the wire left out. */
export async function gradientTime(
  team: ComputeTeam,
  config: RunConfig,
  backend: Backend,
  sampleMs = SAMPLE_MS,
): Promise<GradientFigure> {
  const weights = new Float32Array(layoutOf(config.model).length);
  initialWeights(config.model, config.seed, weights);
  team.setWeights(weights, backend.checksum(weights).checksum);
  const rows = madeUpRows(config);
  let checksum = '';
  const millis = await medianMillis(async () => {
    const sum = await team.compute(rows);
    checksum = sum.checksum;
    sum.release();
  }, sampleMs);
  return { millis, checksum };
}

function madeUpRows({ batchSize }: RunConfig): SpanRows {
  return {
    step: 0,
    firstRow: 0,
    rows: Uint8Array.from({ length: batchSize * FEATURES }, (_, i) => (i * 53 + (i >> 5)) % 256),
    labels: Uint8Array.from({ length: batchSize }, (_, i) => (i * 7) % CLASSES),
  };
}

/** Of calls for `sampleMs`, after as long to warm up; at least three. */
async function medianMillis(work: () => void | Promise<void>, sampleMs: number): Promise<number> {
  let times: number[] = [];
  for (const isWarm of [false, true]) {
    times = [];
    const until = performance.now() + sampleMs;
    do {
      const start = performance.now();
      await work();
      times.push(performance.now() - start);
    } while (performance.now() < until || (isWarm && times.length < 3));
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}
