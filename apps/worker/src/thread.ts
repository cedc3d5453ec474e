import { parentPort, workerData } from 'node:worker_threads';
import { createNodeBackend } from '@lockstep/math-native';
import { TeamThread } from '@lockstep/worker';
import type { ThreadData } from './team.ts';

/** A computing thread of a worker process. */
const { plan, thread } = workerData as ThreadData;
const { backend } = await createNodeBackend(plan.memory.backend, { shared: { memory: plan.memory, thread } });
new TeamThread(backend, plan, thread).run((message) => parentPort!.postMessage(message));
