import { readdirSync, watch } from 'node:fs';
import { ScriptedWorker } from '../lab/scripted-worker.ts';
import { Trial } from '../lab/trial.ts';
import { must, until } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const KILLS = 40;
const TEMPORARY = /^\.(?:step-\d+|final)\.safetensors\..*\.lockstep-tmp$/;

/** Resolves when a checkpoint's temporary file appears in `folder`, which is while it is being written. */
async function writing(folder: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const watcher = watch(folder, (_event, name) => {
      if (name === null || !TEMPORARY.test(name)) return;
      watcher.close();
      resolve();
    });
  });
}

const temporaries = (folder: string): string[] => readdirSync(folder).filter((name) => TEMPORARY.test(name));

export const killedWhileWriting: Row = {
  id: 'F04',
  title: `the coordinator is killed while it writes a checkpoint, ${KILLS} times`,
  load: 12,
  seconds: 60,
  async run(lab) {
    const run = lab.smallRun({ hidden: '2048', 'batch-size': '16' });
    const trial = await Trial.start(lab, { run, settings: ['--checkpoint-every', '1'], workers: [] });
    let worker = await ScriptedWorker.join(trial.port);
    await trial.warm();
    let torn = 0;
    let newest = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      await writing(trial.folder);
      trial.coordinator.kill('SIGKILL');
      await trial.coordinator.exit;
      worker.socket.terminate();
      if (temporaries(trial.folder).length > 0) torn++;
      const coordinator = await trial.resume();
      const { step, resumedFrom } = await coordinator.line('started');
      must(
        typeof resumedFrom === 'string' && Number(step) > newest,
        `it went on at step ${Number(step)} after ${newest}`,
      );
      must(!coordinator.stderr.includes('damaged'), `a checkpoint was torn: ${coordinator.stderr}`);
      must(temporaries(trial.folder).length === 0, 'temporary files are left');
      newest = Number(step);
      worker = await ScriptedWorker.join(trial.port);
      await until(
        'the next step',
        () => trial.journal.commits > 0 && coordinator.lines.some(({ type }) => type === 'checkpoint'),
      );
    }
    worker.socket.terminate();
    await trial.addWorker('last', 0);
    const steps = await trial.finish();
    return `${torn} of ${KILLS} left a half-written file, 0 of ${KILLS} checkpoints torn, ${steps} steps`;
  },
};
