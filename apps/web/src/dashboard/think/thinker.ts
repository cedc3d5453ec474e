import { signal } from '@preact/signals';
import type { RunConfig } from '@lockstep/config';
import { listenForData, say, type DataMessage } from '../connect.ts';
import { live } from '../state.ts';
import type { Said, ThinkAnswer, ThinkRequest } from './think-messages.ts';

/** Test rows as they came from the coordinator. */
export interface Samples {
  readonly labels: Uint8Array;
  /** [count, features] */
  readonly rows: Uint8Array;
  readonly featureCount: number;
}

/** How often the newest weights are asked for. */
const ASK_EVERY_MS = 1000;

export const samples = signal<Samples | undefined>(undefined);
/** Of the samples; undefined before the first weights. */
export const said = signal<Said | undefined>(undefined);
export const saidOfDrawing = signal<Said | undefined>(undefined);
/** The step whose weights these are. */
export const thoughtStep = signal(0);
export const failure = signal('');

let worker: Worker | undefined;
const tell = (request: ThinkRequest, transfer: Transferable[] = []): void =>
  worker?.postMessage(request, transfer);

/** Classifies while somebody looks. @returns a function that ends it */
export function startThinking(config: RunConfig): () => void {
  failure.value = '';
  worker = new Worker(new URL('../../compute/think.ts', import.meta.url), { type: 'module', name: 'think' });
  worker.addEventListener('message', ({ data }: MessageEvent<ThinkAnswer>) => take(data));
  worker.addEventListener('error', ({ message }) => (failure.value = message || 'its program did not load'));
  listenForData((message) => onData(message, config));
  let stepAsked = -1;
  const ask = (): void => {
    if (samples.value === undefined) return say({ type: 'samples' });
    const { step } = live.value!;
    if (step === stepAsked && said.value !== undefined) return;
    stepAsked = step;
    say({ type: 'weights' });
  };
  if (samples.value !== undefined) setUp(samples.value, config);
  ask();
  const timer = setInterval(ask, ASK_EVERY_MS);
  return () => {
    clearInterval(timer);
    worker?.terminate();
    worker = undefined;
  };
}

/** Classifies a drawing, [features] bytes. */
export const classify = (pixels: Uint8Array): void => tell({ type: 'drawing', pixels });

function onData({ kind, facts: [first, second], bytes }: DataMessage, config: RunConfig): void {
  if (kind === 2) {
    samples.value = { labels: bytes.subarray(0, first), rows: bytes.subarray(first), featureCount: second };
    setUp(samples.value, config);
    say({ type: 'weights' });
  } else if (kind === 1) {
    thoughtStep.value = first;
    const weights = new Float32Array(bytes.slice().buffer);
    tell({ type: 'weights', weights }, [weights.buffer]);
  }
}

function setUp({ labels, rows }: Samples, config: RunConfig): void {
  tell({ type: 'setup', config, rows, rowCount: labels.length });
}

function take(answer: ThinkAnswer): void {
  if (answer.type === 'samples') said.value = answer;
  else if (answer.type === 'drawing') saidOfDrawing.value = answer;
  else failure.value = answer.text;
}
