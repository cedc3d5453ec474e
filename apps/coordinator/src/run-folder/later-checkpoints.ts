import {
  nextTimeBack,
  ownCheckpoints,
  setAside,
  type AsideReason,
  type FileSystem,
  type OwnCheckpoints,
} from '@lockstep/storage';

export interface WayBack {
  readonly folder: string;
  readonly files: FileSystem;
  /** Committed steps that the run goes on from. */
  readonly step: number;
  /** The first step in which bits disagreed, as the folder's record says. */
  readonly disagreedAt: number | undefined;
  say(text: string): void;
}

/**
 * Takes the run's checkpoints out of the way that are further than the step it goes on from, which somebody has named. Left there,
 * they would be kept instead of new ones, gone on with by the next start, and replaced one by one as the run comes by their steps.
 * @returns what puts them back, where the run does not start after all
 * @throws {StorageError} `write-failed`, `read-failed`, with all of them where they were, as far as the disk allows
 */
export async function setLaterAside({
  folder,
  files,
  step,
  disagreedAt,
  say,
}: WayBack): Promise<() => Promise<void>> {
  const moved: (readonly [path: string, aside: string])[] = [];
  const putBack = async (): Promise<void> => {
    for (const [path, aside] of moved) {
      await files.rename(aside, path).then(
        () => say(`put ${path} back: the run did not start`),
        () => undefined,
      );
    }
  };
  try {
    const time = nextTimeBack(folder, files);
    for (const later of ownCheckpoints(folder, files).own) {
      if (later.step <= step) continue;
      const { reason, why } = judge(later, step, disagreedAt);
      const aside = await setAside(later.path, reason, files, reason === 'superseded' ? time : 1);
      moved.push([later.path, aside]);
      say(`set ${later.path} aside as ${aside}: ${why}`);
    }
  } catch (error) {
    await putBack();
    throw error;
  }
  return putBack;
}

function judge(
  { head }: OwnCheckpoints['own'][number],
  step: number,
  disagreedAt: number | undefined,
): { readonly reason: AsideReason; readonly why: string } {
  if (head === undefined) return { reason: 'damaged', why: 'it cannot be read' };
  const doubt = [head.disagreedAt, disagreedAt].find(
    (at) => at !== undefined && at >= step && at < head.step,
  );
  if (doubt !== undefined) {
    return { reason: 'doubtful', why: `it follows from step ${doubt}, in which bits disagreed` };
  }
  return { reason: 'superseded', why: `it is of step ${head.step}, and the run goes on from step ${step}` };
}
