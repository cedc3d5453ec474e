import { paceOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import type { Row } from '../row.ts';

export const badLine: Row = {
  id: 'F10',
  title: 'every byte travels alone, 300 +- 200 ms late',
  load: 4,
  seconds: 30,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one', 'two'] });
    await trial.warm();
    for (const { proxy } of trial.workers.values()) {
      for (const toxics of [proxy.up, proxy.down])
        Object.assign(toxics, { latencyMs: 300, jitterMs: 200, sliceBytes: 1 });
    }
    const pace = await paceOf(trial, 8);
    const steps = await trial.finish({ lastSteps: 6 });
    return `${steps} steps, ${Math.round(pace)} ms a step on that line`;
  },
};
