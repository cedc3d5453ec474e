import type { ComputeMessage, PageMessage, Progress } from './messages.ts';
import { secretsOf } from './ui/secrets.ts';

/** The page's main thread: shows what the Web Worker says and computes nothing itself. */

const byId = (id: string): HTMLElement => document.getElementById(id)!;
const startButton = byId('start') as HTMLButtonElement;
const leaveButton = byId('leave') as HTMLButtonElement;
const show = (id: string, text: string): void => void (byId(id).textContent = text);

let token: string | undefined;
let compute: Worker | undefined;

/** Keeps the token and takes it out of the address bar, so that it is not shown, bookmarked or sent on by mistake. */
function takeToken(): void {
  const given = secretsOf(location.hash).token;
  if (given === undefined) return;
  token = given;
  history.replaceState(null, '', location.pathname + location.search);
}

function start(): void {
  startButton.disabled = true;
  leaveButton.disabled = false;
  const worker = new Worker(new URL('./compute/compute.ts', import.meta.url), {
    type: 'module',
    name: 'compute',
  });
  compute = worker;
  worker.addEventListener('message', ({ data }: MessageEvent<ComputeMessage>) => onMessage(data));
  worker.addEventListener('error', ({ message }) => {
    end(`This tab cannot compute: ${message || 'its program did not load; load the page again'}.`);
  });
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`;
  const secret = token === undefined ? {} : { token };
  worker.postMessage({ type: 'start', url, ...secret } satisfies PageMessage);
}

function leave(reason: string): void {
  leaveButton.disabled = true;
  compute?.postMessage({ type: 'leave', reason } satisfies PageMessage);
}

function onMessage(message: ComputeMessage): void {
  switch (message.type) {
    case 'named':
      return show('name', message.name);
    case 'state':
      return show('state', message.text);
    case 'joined':
      return show('run', message.run);
    case 'progress':
      return showProgress(message);
    case 'ended':
      if (message.result !== undefined) {
        show('step', String(message.result.step));
        showDigest(message.result.weightsSha256);
      }
      return end(message.text);
  }
}

function showProgress({ step, spanCount, rowCount, loss }: Progress): void {
  show('step', String(step));
  show('spans', String(spanCount));
  show('rows', String(rowCount));
  show('loss', loss.toPrecision(4));
}

/** Hex digits with places where a narrow screen may break the line; copied, they are one word. */
function showDigest(digest: string): void {
  const groups = digest.match(/.{1,8}/g) ?? [];
  byId('sha256').replaceChildren(...groups.flatMap((group) => [group, document.createElement('wbr')]));
}

function end(text: string): void {
  compute?.terminate();
  compute = undefined;
  startButton.disabled = false;
  leaveButton.disabled = true;
  show('state', text);
}

takeToken();
addEventListener('hashchange', takeToken);
addEventListener('pagehide', () => leave('the tab was closed'));
startButton.addEventListener('click', start);
leaveButton.addEventListener('click', () => leave('the volunteer left'));
startButton.disabled = false;
show('state', 'Ready.');
