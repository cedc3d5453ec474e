import { loadLibrary } from './library.ts';

/** Memory that processes of one machine share by way of a file. */
export interface SharedFile {
  /** A part of it. Looked at after `release`, it is all zeros. */
  view(offset: number, byteLength: number): ArrayBuffer;
  /** Gives the memory back; what the file's other processes have stays theirs. */
  release(): void;
}

/**
 * Maps the file at `path` into this process. A file that is `created` must not be there before, one that is not must be this
 * user's and of exactly so many bytes.
 * @returns undefined where that cannot be: not without native kernels, on another system than Linux, or without so much memory
 */
export async function mapSharedFile(
  path: string,
  { bytes, creates }: { readonly bytes: number; readonly creates: boolean },
): Promise<SharedFile | undefined> {
  const { kernels } = await loadLibrary();
  if (kernels === undefined) return undefined;
  const { default: koffi } = await import('koffi');
  const address = kernels.mapShared(path, bytes, creates ? 1 : 0);
  if (Number(address) === 0) return undefined;
  return {
    view: (offset, byteLength) => koffi.view(BigInt(address) + BigInt(offset), byteLength),
    release: () => kernels.unmapShared(address, bytes),
  };
}
