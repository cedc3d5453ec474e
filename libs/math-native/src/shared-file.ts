import { loadLibrary } from './library.ts';

/** Memory that processes of one machine share. */
export interface SharedFile {
  /** A part of it. Looked at after `release`, it is all zeros. */
  view(offset: number, byteLength: number): ArrayBuffer;
  /** Gives the memory back; what other processes have of it stays theirs. */
  release(): void;
}

/**
 * Makes memory of so many bytes, whose length nobody can change afterwards.
 * @returns its open descriptor, to be closed by the caller; undefined where that cannot be: not without native kernels, on another
 *   system than Linux, or without so much memory
 */
export async function makeSharedMemory(name: string, bytes: number): Promise<number | undefined> {
  const { kernels } = await loadLibrary();
  const descriptor = kernels?.makeShared(name, bytes) ?? -1;
  return descriptor < 0 ? undefined : descriptor;
}

/**
 * Maps such memory into this process, by a path below /proc. It must be this user's, of exactly so many bytes, and sealed.
 * @returns undefined where that cannot be
 */
export async function mapSharedMemory(path: string, bytes: number): Promise<SharedFile | undefined> {
  const { kernels } = await loadLibrary();
  if (kernels === undefined) return undefined;
  const { default: koffi } = await import('koffi');
  const address = kernels.mapShared(path, bytes);
  if (Number(address) === 0) return undefined;
  return {
    view: (offset, byteLength) => koffi.view(BigInt(address) + BigInt(offset), byteLength),
    release: () => kernels.unmapShared(address, bytes),
  };
}
