import type { CopyThread } from '@lockstep/worker';
import type { ComputeMessage, PageMessage, ThreadMessage } from '../messages.ts';
import { computeShared, makeCopyThread } from './browser-team.ts';
import { spin } from './spin.ts';
import { Volunteer } from './volunteer.ts';

/**
 * Every Web Worker of the page runs this: the first has the socket and starts the others, which compute. What a worker is to be
 * follows from the first message it gets.
 */

const scope = self as unknown as DedicatedWorkerGlobalScope;
const tell = (message: ComputeMessage): void => scope.postMessage(message);

let volunteer: Volunteer | undefined;
let copy: CopyThread | undefined;

function failVolunteer(error: unknown): void {
  const detail = error instanceof Error ? error.message : String(error);
  tell({ type: 'ended', kind: 'failed', text: `This tab cannot compute: ${detail}.` });
}

/** Thrown outside every promise, it reaches whoever started this thread. */
const failThread = (error: unknown): void => void setTimeout(() => reportError(error));

scope.addEventListener(
  'unhandledrejection',
  ({ reason }) => volunteer !== undefined && failVolunteer(reason),
);
scope.addEventListener('message', ({ data }: MessageEvent<PageMessage | ThreadMessage>) => {
  switch (data.type) {
    case 'thread':
      return void computeShared(scope, data).catch(failThread);
    case 'spin':
      return scope.postMessage(spin(data.millis));
    case 'copy':
      copy ??= makeCopyThread(scope);
      return copy.receive(data.request);
    case 'start':
      volunteer = new Volunteer(data, tell);
      return void volunteer.run().catch(failVolunteer);
    case 'budget':
      return volunteer?.setBudget(data.budget);
    case 'line':
      return volunteer?.onLine(data.line);
    case 'leave':
      return volunteer?.leave(data.reason);
  }
});
