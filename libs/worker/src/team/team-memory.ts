import { createSharedMemory, type Backend, type BackendName, type SharedMemory } from '@lockstep/math';
import type { RunConfig } from '@lockstep/config';
import type { Targets } from '@lockstep/data';
import { layoutOf, memoryFor, Network } from '@lockstep/nn';
import { FrameBuffer } from '@lockstep/protocol';
import { mostRowsOf } from '../most-rows.ts';
import { GRADIENT_BUFFERS } from './compute-team.ts';

/** Everything a thread of a team is started with; survives a structured clone. */
export interface TeamPlan {
  readonly config: RunConfig;
  readonly memory: SharedMemory;
  /** What the threads tell each other: see `TeamControl`. */
  readonly control: SharedArrayBuffer;
  /** Threads that compute; the thread of the socket comes after them in `memory`. */
  readonly threads: number;
}

/** The tensors that a team has in common. Every thread makes them alike, so they are the same memory for all. */
export interface TeamTensors {
  readonly network: Network;
  readonly buffers: readonly FrameBuffer[];
  /** [most rows, features]: rows as they travel. */
  readonly rows: Uint8Array;
  /** [most rows] classes, or [most rows, width] labels or numbers. */
  readonly labels: Targets;
}

/** Shared memory for the tensors of `config`, for `threads` that compute and the one that has the socket. */
export function teamMemory(backend: BackendName, config: RunConfig, threads: number): SharedMemory {
  const { dataset, model } = config;
  const mostRows = mostRowsOf(config);
  const elements =
    GRADIENT_BUFFERS * (FrameBuffer.elementsFor(layoutOf(model).length) + 64) +
    floatsFor(mostRows * dataset.featureCount) +
    (dataset.target === undefined ? floatsFor(mostRows) : mostRows * dataset.classCount) +
    128;
  return createSharedMemory(backend, { ...memoryFor(model, mostRows, elements), threads: threads + 1 });
}

/** Lays the team's tensors out on one thread's backend. Every thread calls it first of all. */
export function teamTensors(backend: Backend, config: RunConfig): TeamTensors {
  const { dataset, model, freeze } = config;
  const mostRows = mostRowsOf(config);
  const { length } = layoutOf(model);
  const weights = backend.allocate(length);
  const buffers = Array.from(
    { length: GRADIENT_BUFFERS },
    () => new FrameBuffer(backend.allocate(FrameBuffer.elementsFor(length))),
  );
  const rows = bytesOn(backend, mostRows * dataset.featureCount);
  const labels =
    dataset.target === undefined
      ? bytesOn(backend, mostRows)
      : backend.allocate(mostRows * dataset.classCount);
  const network = new Network(backend, model, mostRows, {
    ...{ weights, gradient: buffers[0]!.tensor },
    frozen: new Set(freeze),
  });
  return { network, buffers, rows, labels };
}

const floatsFor = (byteLength: number): number => Math.ceil(byteLength / Float32Array.BYTES_PER_ELEMENT);

function bytesOn(backend: Backend, byteLength: number): Uint8Array {
  const { buffer, byteOffset } = backend.allocate(floatsFor(byteLength));
  return new Uint8Array(buffer, byteOffset, byteLength);
}
