import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { encodeCheckpoint } from '@lockstep/checkpoint';
import {
  BEST_CHECKPOINT_NAME,
  bestHeadIn,
  readResumption,
  setAside,
  writeFileAtomically,
  type FileSystem,
  type Resumption,
} from '@lockstep/storage';

export interface BestSetup {
  readonly folder: string;
  readonly files: FileSystem;
  /** The run's identity. */
  readonly run: string;
  readonly resumption: Resumption | undefined;
  /** Hears what became of the file, where that is not what one expects. */
  say(text: string): void;
}

/**
 * Sees to it that `best.safetensors` in the folder of a run that starts is the run's. One of another run is set aside; where the run goes on
 * in a folder of its own, the best of its past is taken there from where it was. One that is further than the run is the run's all the
 * same: it comes by that step again, with the same bits.
 * @returns where it lies; undefined where the run has none yet, or it is lost
 */
export async function settleBest(setup: BestSetup): Promise<string | undefined> {
  try {
    return await settled(setup);
  } catch (error) {
    setup.say(`${join(setup.folder, BEST_CHECKPOINT_NAME)}: ${(error as Error).message}`);
    return undefined;
  }
}

async function settled({ folder, files, run, resumption, say }: BestSetup): Promise<string | undefined> {
  const file = join(folder, BEST_CHECKPOINT_NAME);
  const head = bestHeadIn(folder, files);
  const isOwn = head !== undefined && head.run === run;
  if (!isOwn && existsSync(file)) {
    const reason = head === undefined ? 'damaged' : 'superseded';
    const aside = await setAside(file, reason, files);
    say(
      `set ${file} aside as ${aside}: it ${head === undefined ? 'cannot be read' : 'belongs to another run'}`,
    );
  }
  const kept = resumption?.checkpoint.steering?.kept;
  if (kept === undefined) return undefined;
  if (isOwn && head.step >= kept.step) return file;
  const { folder: from, checkpoint } = resumption!;
  const source = bestHeadIn(from, files);
  if (source?.step === kept.step && source.run === checkpoint.run) {
    const best = readResumption(join(from, BEST_CHECKPOINT_NAME), files);
    const bytes = encodeCheckpoint({ ...best.checkpoint, run, config: best.config });
    await writeFileAtomically(file, bytes, files);
    return file;
  }
  say(
    `${file} is not there, or not that of step ${kept.step}, whose validation was the best so far: the next better one is kept`,
  );
  return undefined;
}
