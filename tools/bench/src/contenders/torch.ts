import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { layoutOf, widthsOf } from '@lockstep/nn';
import type { Contender, Opened } from '../benchmark-case.ts';
import { benchFolder } from '../paths.ts';
import { torchPython } from '../peers/torch-peer.ts';
import { readSettings, type Settings } from '../settings.ts';
import { LineProcess } from './line-process.ts';
import { expectSameResult } from './own-step.ts';
import { fillRows, fillWeights, type TrainingWork } from './training-work.ts';

/** Milliseconds that one measurement takes, about. */
const SAMPLE_MS = 700;

export interface TorchOptions {
  /** Threads of one process; ranks of one thread each when `ranks` is given. */
  readonly threads?: number;
  readonly ranks?: number;
  /** In place of those that are fastest here, found before. */
  readonly settings?: Settings;
  /** Its loss is compared with our own here, since the other contenders of its case train on other rows. */
  readonly isCheckedAlone?: boolean;
}

/** Training steps in PyTorch (python/torch-peer.py), in one process or in ranks of DistributedDataParallel. */
export const torchStep = (name: string, work: TrainingWork, options: TorchOptions = {}): Contender => ({
  name,
  peer: 'PyTorch',
  open: async () => {
    const settings = { ...readSettings(), ...options.settings };
    const folder = writeWork(work);
    const ranks = await startRanks(work, folder, options, settings);
    const close = (): void => ranks.forEach((rank) => rank.close());
    try {
      const [first] = await Promise.all(ranks.map((rank) => rank.answer()));
      const loss = Number(first!['loss']);
      if (options.isCheckedAlone) await expectSameResult(name, loss, work);
      return opened(
        ranks,
        { detail: detailOf(String(first!['runsOn']), settings), close },
        {
          milliseconds: Number(first!['milliseconds']),
          ...(!options.isCheckedAlone && { loss }),
        },
      );
    } catch (error) {
      close();
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

function opened(
  ranks: readonly LineProcess[],
  description: Pick<Opened, 'detail' | 'close'>,
  { milliseconds, loss }: { readonly milliseconds: number; readonly loss?: number },
): Opened {
  const steps = Math.max(3, Math.round(SAMPLE_MS / milliseconds));
  // Not before all have answered: one rank may still need another for its last step.
  const rest = (): void => ranks.forEach((rank) => rank.rest());
  rest();
  return {
    ...description,
    ...(loss !== undefined && { result: loss }),
    measure: async () => {
      const [first] = await Promise.all(ranks.map((rank) => rank.answer(String(steps))));
      rest();
      return { value: Number(first!['milliseconds']) };
    },
  };
}

/** The rows and weights of `work` as files, in a folder of their own. */
function writeWork(work: TrainingWork): string {
  const { model, rows } = work;
  const inputs = new Float32Array(rows * widthsOf(model)[0]!);
  const labels = new Float32Array(rows * widthsOf(model).at(-1)!);
  const weights = new Float32Array(layoutOf(model).length);
  fillRows(work, inputs, labels);
  fillWeights(work, weights);
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-bench-'));
  for (const [file, values] of Object.entries({ inputs, labels, weights })) {
    writeFileSync(path.join(folder, `${file}.f32`), values);
  }
  return folder;
}

async function startRanks(
  { model, rows, learningRate }: TrainingWork,
  folder: string,
  { threads = 1, ranks = 1 }: TorchOptions,
  { torchKernels, torchLayout, torchUpdate, torchWait }: Settings,
): Promise<readonly LineProcess[]> {
  const script = path.join(benchFolder, 'python/torch-peer.py');
  const work = JSON.stringify({
    ...{ sizes: widthsOf(model), rows, learningRate, threads, folder },
    ...{ layout: torchLayout, update: torchUpdate },
  });
  const env = {
    ...process.env,
    OMP_NUM_THREADS: String(threads),
    ...(torchKernels !== undefined && { MKL_ENABLE_INSTRUCTIONS: torchKernels }),
    ...(torchWait !== undefined && { OMP_WAIT_POLICY: torchWait }),
  };
  if (ranks === 1) return [new LineProcess(torchPython(), [script, work], env)];
  const world = {
    WORLD_SIZE: String(ranks),
    MASTER_ADDR: '127.0.0.1',
    MASTER_PORT: String(await freePort()),
    GLOO_SOCKET_IFNAME: 'lo',
  };
  return Array.from(
    { length: ranks },
    (_, rank) => new LineProcess(torchPython(), [script, work], { ...env, ...world, RANK: String(rank) }),
  );
}

/** A port that nobody listens on; the ranks find each other there. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param runsOn PyTorch's version and library, in its own words */
const detailOf = (runsOn: string, { torchKernels, torchLayout, torchUpdate, torchWait }: Settings): string =>
  [
    runsOn,
    `${torchKernels ?? 'default'} kernels`,
    ...[torchLayout, torchUpdate].filter((setting) => setting !== undefined),
    ...(torchWait === undefined ? [] : [`waiting ${torchWait}`]),
  ].join(', ');
