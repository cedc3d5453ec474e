import path from 'node:path';
import { serveSite, type Site } from '@lockstep/browsers';
import { build } from 'esbuild';
import { benchFolder } from '../paths.ts';

/** `ask(message)` in the page sends a message to the Web Worker; `answer()` is what it says next. */
const PAGE = `<!doctype html><link rel="icon" href="data:," /><title>bench</title><script type="module">
  const worker = new Worker('/web-worker.mjs', { type: 'module' });
  const said = [], waiting = [];
  worker.onmessage = ({ data }) => (waiting.length > 0 ? waiting.shift().resolve(data) : said.push(data));
  worker.onerror = ({ message }) => waiting.shift()?.reject(new Error(message));
  globalThis.ask = (message) => worker.postMessage(message);
  globalThis.answer = () => said.length > 0
    ? Promise.resolve(said.shift())
    : new Promise((resolve, reject) => waiting.push({ resolve, reject }));
</script>`;

/** Serves the page with the Web Worker at `/`. */
export async function servePage(): Promise<Site> {
  const { outputFiles } = await build({
    entryPoints: [path.join(benchFolder, 'src/browser/web-worker.ts')],
    bundle: true,
    write: false,
    platform: 'neutral',
    target: 'es2022',
    format: 'esm',
    logLevel: 'error',
  });
  return serveSite(
    new Map([
      ['/', { body: PAGE, headers: { 'content-type': 'text/html' } }],
      ['/web-worker.mjs', { body: outputFiles[0]!.contents, headers: { 'content-type': 'text/javascript' } }],
    ]),
  );
}
