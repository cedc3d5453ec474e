import type { RunConfig } from '@lockstep/config';
import { createBackend, type BackendName } from '@lockstep/math';
import {
  CopyTeam,
  CopyThread,
  TeamThread,
  ThreadTeam,
  type ComputeTeam,
  type CopyAnswer,
  type TeamMessage,
} from '@lockstep/worker';
import type { ThreadMessage } from '../messages.ts';
import { keptAwake } from './kept-awake.ts';
import { listen, sendTo, startThread } from './threads.ts';

/** Whether threads of this page may have memory in common: only where it is isolated from other sites, and its link is secure. */
export const canShare = (): boolean => self.crossOriginIsolated && typeof SharedArrayBuffer === 'function';

/** Threads that compute the spans of a run, each a Web Worker: on one copy of the weights where that can be, else on one each. */
export const startBrowserTeam = (
  config: RunConfig,
  backend: BackendName,
  threads: number,
): Promise<ComputeTeam> =>
  keptAwake<ComputeTeam>(
    canShare() ? startSharedTeam(config, backend, threads) : startCopiedTeam(config, backend, threads),
  );

const startSharedTeam = (config: RunConfig, backend: BackendName, threads: number): Promise<ThreadTeam> =>
  ThreadTeam.start({
    ...{ config, backend, threads },
    createBackend: async (memory, thread) =>
      (await createBackend(backend, { shared: { memory, thread } })).backend,
    spawn(plan, thread) {
      const worker = startThread();
      sendTo(worker, { type: 'thread', plan, thread });
      return listen<TeamMessage>(worker);
    },
  });

const startCopiedTeam = (config: RunConfig, backend: BackendName, threads: number): Promise<CopyTeam> =>
  CopyTeam.start({
    ...{ config, backend, threads },
    spawn() {
      const worker = startThread();
      return {
        ...listen<CopyAnswer>(worker),
        post: (request, transfer) => sendTo(worker, { type: 'copy', request }, transfer),
      };
    },
  });

/** Computes as a thread of a team with one memory until that is over: nothing else is heard meanwhile. */
export async function computeShared(
  scope: DedicatedWorkerGlobalScope,
  { plan, thread }: Extract<ThreadMessage, { type: 'thread' }>,
): Promise<void> {
  const { memory } = plan;
  const { backend } = await keptAwake(createBackend(memory.backend, { shared: { memory, thread } }));
  new TeamThread(backend, plan, thread).run((message) => scope.postMessage(message));
}

/** A thread with weights of its own. */
export const makeCopyThread = (scope: DedicatedWorkerGlobalScope): CopyThread =>
  new CopyThread({
    createBackend: async (name, heapBytes) => (await keptAwake(createBackend(name, { heapBytes }))).backend,
    post: (answer, transfer) => scope.postMessage(answer, [...transfer]),
  });
