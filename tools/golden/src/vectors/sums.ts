import {
  childrenOf,
  leafCountOf,
  oneHot,
  rootSpan,
  rowsOfSpan,
  standardisationTable,
  type Span,
} from '@lockstep/data';
import { referenceBackend as backend } from '@lockstep/math';
import { initialWeights, Network, perceptronModel, sgdStep, widthsOf, type ModelSpec } from '@lockstep/nn';
import { encodeWorkerMessage, CONTRACT, PROTOCOL_VERSION } from '@lockstep/protocol';
import { bytesHex, float32Hex, float64Hex, tensorHex } from './bits.ts';
import { someWords } from './functions.ts';
import { someFloats } from './some-floats.ts';

/** Every node of the tree, a node before its parts, left before right. */
function nodesOf(span: Span): Span[] {
  return [span, ...(childrenOf(span) ?? []).flatMap(nodesOf)];
}

/** How a node is summed, with its leaves by their numbers. */
function sumOf(span: Span): string {
  const parts = childrenOf(span);
  return parts === undefined ? `${span.firstLeaf}` : `(${parts.map(sumOf).join(' + ')})`;
}

function tree(rowCount: number, leafRows: number): unknown {
  const root = rootSpan(leafCountOf(rowCount, leafRows));
  const spans = nodesOf(root).map((span) => ({ ...span, ...rowsOfSpan(span, rowCount, leafRows) }));
  return { rowCount, leafRows, leafCount: root.leafCount, sum: sumOf(root), spans };
}

/** One row times one column, longer than two blocks. */
function product(k: number): unknown {
  const [a, b, out] = [someFloats(k), someFloats(k, k), new Float32Array(1)];
  backend.matmul(out, a, b, 1, k, 1);
  return { k, a: tensorHex(a), b: tensorHex(b), product: float32Hex(out[0]!) };
}

interface Step {
  readonly model: ModelSpec;
  readonly rowCount: number;
  readonly leafRows: number;
  readonly seed: number;
  readonly learningRate: number;
}

/** One step: what a worker is given, the sums it answers with, and the weights after it. */
function step({ model, rowCount, leafRows, seed, learningRate }: Step): unknown {
  const widths = widthsOf(model);
  const [features, classes] = [widths[0]!, widths.at(-1)!];
  const standardisation = { mean: 0.5, deviation: 0.25 };
  const rows = Uint8Array.from(someWords(rowCount * features));
  const labels = Uint8Array.from({ length: rowCount }, (_, row) => (row * 2) % classes);
  const network = new Network(backend, model, rowCount);
  initialWeights(model, seed, network.weights);
  const weights = tensorHex(network.weights);
  backend.lookup(network.inputs, rows, standardisationTable(standardisation));
  oneHot(labels, classes, network.labels);
  const lossSum = network.backpropagate(rowCount, leafRows, { seed, step: 0, firstRow: 0 });
  const gradient = tensorHex(network.gradient);
  sgdStep(backend, {
    out: network.weights,
    weights: network.weights,
    gradientSum: network.gradient,
    weightSum: rowCount,
    learningRate,
  });
  return {
    ...{ model, standardisation, leafRows, rowCount, learningRate },
    rows: bytesHex(rows),
    labels: [...labels],
    weights,
    lossSum: float64Hex(lossSum),
    gradient,
    weightsAfter: tensorHex(network.weights),
  };
}

const frames = (): unknown => {
  const gradient = Float32Array.of(1, -0, 0.5);
  const hello = {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    contract: CONTRACT,
    goldenDigest: '0'.repeat(64),
    name: 'a worker',
    kind: 'process',
    engine: 'python 3.11',
    backend: 'numpy',
    threads: 1,
  } as const;
  const contribution = {
    type: 'contribution',
    term: 1,
    step: 70_000,
    span: { firstLeaf: 4, leafCount: 2 },
    rowCount: 11,
    computeMicros: 1500,
    checksum: backend.checksum(gradient).checksum,
  } as const;
  return [
    { message: hello, frame: bytesHex(encodeWorkerMessage(hello)) },
    {
      message: contribution,
      gradient: tensorHex(gradient),
      lossSum: float64Hex(0.1),
      frame: bytesHex(encodeWorkerMessage({ ...contribution, gradient, lossSum: 0.1 })),
    },
  ];
};

const model = (sizes: readonly number[], outputActivation: string): ModelSpec =>
  perceptronModel({ sizes, outputActivation });

/** Vectors of the tree, of what is summed, and of what travels. */
export const sumVectors = (): Readonly<Record<string, unknown>> => ({
  tree: [tree(64, 8), tree(37, 8), tree(5, 1)],
  product: [product(3), product(600)],
  step: [
    step({ model: model([6, 4, 3], 'linear'), rowCount: 11, leafRows: 2, seed: 1, learningRate: 0.1 }),
    step({ model: model([4, 3, 3, 2], 'sigmoid'), rowCount: 7, leafRows: 3, seed: 2, learningRate: 0.5 }),
  ],
  frames: frames(),
});
