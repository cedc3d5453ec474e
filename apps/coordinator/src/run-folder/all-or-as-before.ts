import { writeFileAtomically, type FileSystem } from '@lockstep/storage';

/**
 * Has `write` write the files at `paths`; where it fails, those that it made go again, and those that it replaced are put back, as far as
 * the disk allows.
 * @throws what `write` throws
 */
export async function allOrAsBefore<Result>(
  paths: readonly string[],
  files: FileSystem,
  write: () => Promise<Result>,
): Promise<Result> {
  const before = paths.map((path) => ({ path, content: contentOf(path, files) }));
  try {
    return await write();
  } catch (error) {
    for (const { path, content } of before.toReversed()) {
      await putBack(path, content, files).catch(() => undefined);
    }
    throw error;
  }
}

/** `none` where there is no file, `unknown` where it cannot be told. */
type Content = Uint8Array | 'none' | 'unknown';

function contentOf(path: string, files: FileSystem): Content {
  try {
    return files.read(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unknown';
  }
}

async function putBack(path: string, content: Content, files: FileSystem): Promise<void> {
  if (content === 'unknown') return;
  if (content === 'none') return files.remove(path);
  const now = contentOf(path, files);
  const isAsBefore = typeof now !== 'string' && Buffer.compare(now, content) === 0;
  if (!isAsBefore) await writeFileAtomically(path, content, files);
}
