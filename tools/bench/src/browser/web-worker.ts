/** The Web Worker that takes training steps in a browser: it is sent the work first, then asked for a measurement at a time. */
import { createBackend } from '@lockstep/math';
import { ownStep } from '../contenders/own-step.ts';
import { lossAfterSteps, type TrainingWork } from '../contenders/training-work.ts';
import { timed } from '../timing.ts';
import type { BrowserAnswer } from './answer.ts';

const nextMessage = (): Promise<unknown> =>
  new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }));

const answer = (given: BrowserAnswer): void => postMessage(given);

// WebKitGTK 2.50 compiles WebAssembly on another thread and does not wake the Web Worker when it is done; its next event does.
const awake = setInterval(() => undefined, 10);
const first = nextMessage();
const { backend } = await createBackend('wasm');
clearInterval(awake);
const { work, leafRows } = (await first) as { readonly work: TrainingWork; readonly leafRows: number };
const step = ownStep(backend, work, leafRows);
answer({ value: lossAfterSteps(step), detail: backend.description });
const millisecondsPerStep = timed(step);
addEventListener('message', () => answer({ value: millisecondsPerStep() }));
answer({ value: 0 });
