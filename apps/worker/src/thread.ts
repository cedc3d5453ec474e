import { parentPort } from 'node:worker_threads';
import { createNodeBackend, keepToCore, loadInThread, threadData } from '@lockstep/math-native';
import { TeamThread } from '@lockstep/worker';
import type { ThreadData } from './team.ts';

/** A computing thread of a worker process. */
const { plan, thread, core } = threadData() as ThreadData;
const { memory } = plan;
const { backend } = await loadInThread(async () => {
  // Two threads that meet on one core compute for twice as long, and systems take milliseconds to part them.
  if (core !== undefined) await keepToCore(core);
  return createNodeBackend(memory.backend, { shared: { memory, thread } });
});
new TeamThread(backend, plan, thread).run((message) => parentPort!.postMessage(message));
