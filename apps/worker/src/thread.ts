import { parentPort, workerData } from 'node:worker_threads';
import { createNodeBackend, keepToCore } from '@lockstep/math-native';
import { TeamThread } from '@lockstep/worker';
import type { ThreadData } from './team.ts';

/** A computing thread of a worker process. */
const { plan, thread, core } = workerData as ThreadData;
// Two threads that meet on one core compute for twice as long, and systems take milliseconds to part them.
if (core !== undefined) await keepToCore(core);
const { backend } = await createNodeBackend(plan.memory.backend, { shared: { memory: plan.memory, thread } });
new TeamThread(backend, plan, thread).run((message) => parentPort!.postMessage(message));
