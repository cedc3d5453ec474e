import type { RunConfig } from '@lockstep/config';
import type { BackendName } from '@lockstep/math';
import { createNodeBackend, NativeThread } from '@lockstep/math-native';
import {
  InlineTeam,
  isQuick,
  ThreadTeam,
  type ComputeTeam,
  type HostThread,
  type TeamMessage,
  type TeamPlan,
} from '@lockstep/worker';

/** What a thread is started with. */
export interface ThreadData {
  readonly plan: TeamPlan;
  readonly thread: number;
  /** The core that the thread keeps to; undefined where the system is to choose. */
  readonly core: number | undefined;
}

export interface TeamSetup {
  readonly config: RunConfig;
  readonly backend: BackendName;
  readonly threads: number;
  /** As in `WorkerLaunch`. */
  readonly firstCore?: number;
  /** What each thread runs: the built `thread.ts`. */
  readonly script?: URL;
}

/** Who computes the spans of a run: threads, or this one where that is sooner done. */
export async function createTeam(team: TeamSetup): Promise<ComputeTeam> {
  const { config, backend } = team;
  if (!isQuick(config, backend)) return startTeam(team);
  const created = await createNodeBackend(backend, { heapBytes: InlineTeam.heapBytes(config) });
  return new InlineTeam(created.backend, config);
}

/** Starts threads that compute the spans of a run; the calling thread only copies and waits. */
export function startTeam(team: TeamSetup): Promise<ComputeTeam> {
  return ThreadTeam.start({
    ...team,
    createBackend: async (memory, thread) =>
      (await createNodeBackend(team.backend, { shared: { memory, thread } })).backend,
    spawn: (plan, thread) =>
      hostThread(
        new NativeThread(team.script ?? new URL('./thread.mjs', import.meta.url), {
          plan,
          thread,
          core: coreOf(team, thread),
        } satisfies ThreadData),
      ),
  });
}

const coreOf = ({ firstCore }: { readonly firstCore?: number }, thread: number): number | undefined =>
  firstCore === undefined ? undefined : firstCore + thread;

function hostThread(thread: NativeThread): HostThread {
  const { worker } = thread;
  return {
    onMessage: (handler) => void worker.on('message', (message: TeamMessage) => handler(message)),
    onError(handler) {
      worker.on('error', handler);
      worker.on('exit', () => handler(new Error('a computing thread ended')));
    },
    terminate: () => thread.end(),
  };
}
