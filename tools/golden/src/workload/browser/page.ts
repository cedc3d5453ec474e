/** The workload for a browser: on the page's own thread, then in a Web Worker. */
import type { Finding } from '../findings.ts';
import { findingsHere } from './findings-here.ts';

declare global {
  /** By thread, once all is computed; the tool waits for it. */
  var goldenFindings: Readonly<Record<string, readonly Finding[]>> | undefined;
}

const inWebWorker = (): Promise<readonly Finding[]> =>
  new Promise((resolve) => {
    const worker = new Worker('web-worker.mjs', { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<readonly Finding[]>) => resolve(data);
    worker.onerror = ({ message }) =>
      resolve([{ backend: 'all', missing: `the Web Worker failed: ${message}` }]);
  });

globalThis.goldenFindings = { page: await findingsHere(), 'Web Worker': await inWebWorker() };
