import type { Contender } from '../benchmark-case.ts';
import { Rounds } from '../loopback/rounds.ts';
import { usageOf } from '../probe/reading.ts';
import { trainProbed } from './probed-train.ts';

const MEGABYTE = 1e6;

/**
 * The processor time that the coordinator takes a step, in multiples of what a bare WebSocket server takes that sends as many
 * bytes to as many clients and receives as many from them: what cannot be saved. The bare rounds follow each run, since how
 * many bytes travel depends on how the step was dealt. Both go over the wire, as between machines.
 * @param args of `lockstep train`
 */
export const coordinatorCpu = (name: string, workers: number, args: readonly string[]): Contender => ({
  name,
  open: async () => ({
    measure: async () => {
      const { finished, records } = await trainProbed('usage', args, { LOCKSTEP_SHARED_MEMORY: 'off' });
      const { bytesOutPerStep, bytesInPerStep, cpuMillisPerStep } = usageOf(
        'coordinator',
        records,
        finished.step,
      );
      const bareMillis = await bareRound(workers, bytesOutPerStep / workers, bytesInPerStep / workers);
      return {
        value: cpuMillisPerStep / bareMillis,
        extra: {
          'CPU ms a step and worker': cpuMillisPerStep / workers,
          'bare round': bareMillis / workers,
          'MB out': bytesOutPerStep / workers / MEGABYTE,
          'MB in': bytesInPerStep / workers / MEGABYTE,
        },
      };
    },
  }),
});

/** Milliseconds of processor time that the server of a round takes. */
async function bareRound(clients: number, bytesOut: number, bytesIn: number): Promise<number> {
  const rounds = await Rounds.open({
    transport: 'websocket',
    clients,
    bytesOut: Math.round(bytesOut),
    bytesIn: Math.round(bytesIn),
  });
  try {
    await rounds.measure();
    return (await rounds.measure()).cpuMillis;
  } finally {
    rounds.close();
  }
}
