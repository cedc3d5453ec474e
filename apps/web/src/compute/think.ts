import { standardisationTable } from '@lockstep/data';
import { createBackend, type Backend } from '@lockstep/math';
import { heapBytesFor, Network, sharesOf } from '@lockstep/nn';
import type { Said, ThinkAnswer, ThinkRequest } from '../dashboard/think/think-messages.ts';

/** Classifies test rows and drawings with the run's weights, away from the page's own thread. */

interface Thinker {
  readonly backend: Backend;
  readonly network: Network;
  readonly table: Float32Array;
  readonly rows: Uint8Array;
  readonly rowCount: number;
  hasWeights: boolean;
}

const scope = self as unknown as DedicatedWorkerGlobalScope;
const answer = (message: ThinkAnswer): void => scope.postMessage(message);
let thinker: Promise<Thinker> | undefined;

async function makeThinker({
  config,
  rows,
  rowCount,
}: Extract<ThinkRequest, { type: 'setup' }>): Promise<Thinker> {
  const { backend } = await createBackend('auto', { heapBytes: heapBytesFor(config.model, rowCount) });
  const network = new Network(backend, config.model, rowCount);
  return {
    backend,
    network,
    table: standardisationTable(config.standardisation),
    rows,
    rowCount,
    hasWeights: false,
  };
}

/** [rows, classes] of the bytes' rows. */
function saidOf({ backend, network, table }: Thinker, bytes: Uint8Array, rowCount: number): Said {
  backend.lookup(network.inputs.subarray(0, bytes.length), bytes, table);
  const outputs = network.forward(rowCount).slice();
  return { outputs, shares: sharesOf(network.loss, outputs, outputs.length / rowCount) };
}

async function handle(request: ThinkRequest): Promise<void> {
  if (request.type === 'setup') {
    thinker = makeThinker(request);
    await thinker;
    return;
  }
  const ready = await thinker;
  if (ready === undefined) return;
  if (request.type === 'weights') {
    if (request.weights.length !== ready.network.weights.length) return;
    ready.network.weights.set(request.weights);
    ready.hasWeights = true;
    answer({ type: 'samples', ...saidOf(ready, ready.rows, ready.rowCount) });
  } else if (ready.hasWeights) {
    answer({ type: 'drawing', ...saidOf(ready, request.pixels, 1) });
  }
}

scope.addEventListener('message', ({ data }: MessageEvent<ThinkRequest>) => {
  handle(data).catch((error: unknown) => answer({ type: 'failed', text: String(error) }));
});
