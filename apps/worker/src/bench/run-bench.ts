import { widthsOf } from '@lockstep/nn';
import { availableParallelism, cpus } from 'node:os';
import { CommandError, EXIT, type BenchLaunch, type ExitCode, type RunConfig } from '@lockstep/config';
import { BackendUnavailableError, type BackendName } from '@lockstep/math';
import { createNodeBackend } from '@lockstep/math-native';
import { BACKEND_PROOF, PROOF_HEAP_BYTES } from '@lockstep/worker';
import { startTeam } from '../team.ts';
import { benchConfig, gradientTime, PRODUCT_SIZE, productRate } from './measure.ts';

/** Kernels that are measured when nobody asks for some: those that a worker may choose. */
const CHOSEN: readonly BackendName[] = ['native', 'wasm'];

interface BackendFigures {
  readonly backend: string;
  readonly gflops: number;
  readonly gradients: readonly {
    readonly threads: number;
    readonly millis: number;
    readonly rowsPerSecond: number;
  }[];
}

/**
 * `lockstep bench`: a product of matrices on one thread, and the gradient of a mini-batch on one thread and on all, with each
 * backend that runs here. Fails when two of them disagree in a bit.
 */
export async function runBench(launch: BenchLaunch): Promise<ExitCode> {
  const config = benchConfig(launch);
  const print = launch.format === 'json' ? jsonLines() : textLines(launch, config);
  print.head();
  const checksums = new Set<string>();
  for (const name of launch.backend === 'auto' ? CHOSEN : [launch.backend]) {
    try {
      print.figures(await measure(name, config, launch.threads, checksums));
    } catch (error) {
      if (!(error instanceof BackendUnavailableError) || launch.backend !== 'auto') throw error;
      print.absent(name, error.message);
    }
  }
  if (checksums.size > 1) {
    throw new CommandError(
      EXIT.refused,
      'the gradients differ: this machine does not keep the contract; see lockstep doctor',
    );
  }
  if (launch.backend !== 'auto') return EXIT.done;
  const { backend, reason } = await createNodeBackend('auto', {
    heapBytes: PROOF_HEAP_BYTES,
    proof: BACKEND_PROOF,
  });
  print.choice(backend.description, reason);
  return EXIT.done;
}

/** @param checksums takes those of the gradients */
async function measure(
  name: BackendName,
  config: RunConfig,
  mostThreads: number,
  checksums: Set<string>,
): Promise<BackendFigures> {
  const { backend } = await createNodeBackend(name);
  const gflops = await productRate(backend);
  const gradients = [];
  for (const threads of new Set([1, mostThreads])) {
    const isWhole = threads === availableParallelism();
    const team = await startTeam({
      config,
      backend: backend.name,
      threads,
      ...(isWhole ? { firstCore: 0 } : {}),
    });
    try {
      const { millis, checksum } = await gradientTime(team, config, backend);
      checksums.add(checksum);
      gradients.push({ threads, millis, rowsPerSecond: (1000 * config.batchSize) / millis });
    } finally {
      team.close();
    }
  }
  return { backend: backend.description, gflops, gradients };
}

interface Printer {
  head(): void;
  figures(figures: BackendFigures): void;
  absent(backend: BackendName, reason: string): void;
  choice(backend: string, reason: string): void;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function jsonLines(): Printer {
  const put = (type: string, facts: object): void => say(JSON.stringify({ type, ...facts }));
  return {
    head: () =>
      put('machine', { processor: processor(), cores: availableParallelism(), node: process.versions.node }),
    figures: (figures) => put('backend', figures),
    absent: (backend, reason) => put('absent', { backend, reason }),
    choice: (backend, reason) => put('choice', { backend, reason }),
  };
}

const NAME_WIDTH = 16;
const FIGURE_WIDTH = 27;

function textLines({ threads }: BenchLaunch, { model, batchSize, leafRows }: RunConfig): Printer {
  const row = (name: string, cells: readonly string[]): void =>
    say(`${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(FIGURE_WIDTH)).join('')}`);
  const counted = (count: number): string => (count === 1 ? '1 thread' : `${count} threads`);
  return {
    head() {
      say(`${processor()}, ${availableParallelism()} cores, Node ${process.versions.node}`);
      say(`gradients of ${widthsOf(model).join('-')}, batch ${batchSize}, leaves of ${leafRows} rows\n`);
      row('', [
        `${PRODUCT_SIZE}x${PRODUCT_SIZE}x${PRODUCT_SIZE}, 1 thread`,
        ...[...new Set([1, threads])].map(counted),
      ]);
    },
    figures: ({ backend, gflops, gradients }) =>
      row(backend, [
        `${gflops.toPrecision(3)} GFLOP/s`,
        ...gradients.map(
          ({ millis, rowsPerSecond }) =>
            `${millis.toPrecision(3)} ms, ${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`,
        ),
      ]),
    absent: (backend, reason) => say(`${backend.padEnd(NAME_WIDTH)}not here: ${reason}`),
    choice: (backend, reason) => say(`\nA worker takes ${backend} here. ${reason}`),
  };
}

const processor = (): string => cpus()[0]?.model.trim() ?? 'unknown processor';
