import type { ComputeMessage, PageMessage } from '../messages.ts';
import { volunteer } from './volunteer.ts';

/** The Web Worker of the page: everything that computes runs here. */

const scope = self as unknown as DedicatedWorkerGlobalScope;
const leaving = new AbortController();
const tell = (message: ComputeMessage): void => scope.postMessage(message);

scope.addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
  if (data.type === 'leave') return leaving.abort(data.reason);
  const { url, token } = data;
  const secret = token === undefined ? {} : { token };
  volunteer({ url, ...secret, tell, leaving: leaving.signal }).catch((error: unknown) => {
    const detail = error instanceof Error ? error.message : String(error);
    tell({ type: 'ended', text: `This tab cannot compute: ${detail}.` });
  });
});
