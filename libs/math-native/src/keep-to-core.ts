import { loadLibrary, type LibrarySource } from './library.ts';

/**
 * Keeps the calling thread on one of the cores that it may run on.
 * @param place which of them, counted from 0
 * @returns whether it does: not without native kernels, on another system than Linux, or where there is no such core
 */
export async function keepToCore(place: number, source?: LibrarySource): Promise<boolean> {
  const { kernels } = await loadLibrary(source);
  return kernels !== undefined && kernels.keepToCore(place) === 1;
}
