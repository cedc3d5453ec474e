import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
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

/** Serves the page with the Web Worker to browsers of this machine, until this process ends. @returns its address */
export async function servePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(benchFolder, 'src/browser/web-worker.ts')],
    bundle: true,
    write: false,
    platform: 'neutral',
    target: 'es2022',
    format: 'esm',
    logLevel: 'error',
  });
  const script = outputFiles[0]!.text;
  const server = createServer((request, response) => {
    const isScript = request.url === '/web-worker.mjs';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : PAGE);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
