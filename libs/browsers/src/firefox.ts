import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectBidi, type BidiConnection } from './bidi-connection.ts';
import type { Browser, Tab } from './browser.ts';
import { BrowserError } from './browser-error.ts';
import { isElsewhere } from './elsewhere.ts';
import { objectIn, textIn, type JsonObject } from './json.ts';
import { onlyOnce } from './once.ts';
import { pollUntil } from './poll.ts';
import { startProgram } from './program-process.ts';
import { programPath } from './programs.ts';

const EVENTS = ['log.entryAdded', 'network.beforeRequestSent', 'network.fetchError'];

/**
 * Firefox, driven by WebDriver BiDi, which it speaks itself: no driver program and no library stand between.
 * @throws {BrowserError} `not-installed`, `did-not-start`
 */
export async function launchFirefox(): Promise<Browser> {
  const file = programPath('firefox', 'firefox');
  const profile = await mkdtemp(path.join(tmpdir(), 'lockstep-firefox-'));
  const args = ['--headless', '--no-remote', '--remote-debugging-port', '0', '--profile', profile];
  const program = startProgram(file, args, { HOME: profile });
  const removeProfile = (): Promise<void> => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  let connection: BidiConnection;
  let session: JsonObject;
  try {
    const url = await program.says((text) => /BiDi listening on (ws:\S+)\s/.exec(text)?.[1]);
    connection = await connectBidi(`${url}/session`);
    session = await connection.command('session.new', { capabilities: {} }, 'did-not-start');
    await connection.command('session.subscribe', { events: EVENTS }, 'did-not-start');
  } catch (error) {
    await program.stop();
    await removeProfile();
    throw error;
  }
  return {
    name: 'firefox',
    version: textIn(objectIn(session, 'capabilities'), 'browserVersion'),
    open: (url) => openTab(connection, url),
    close: async () => {
      connection.close();
      await program.stop();
      await removeProfile();
    },
  };
}

async function openTab(connection: BidiConnection, url: string): Promise<Tab> {
  const created = await connection.command('browsingContext.create', { type: 'tab' });
  const context = textIn(created, 'context');
  const { host } = new URL(url);
  const problems: string[] = [];
  connection.onEvent((method, params) => {
    const problem = problemOf(method, params, context, host);
    if (problem !== undefined) problems.push(problem);
  });
  const tab = tabOf(connection, context, problems);
  await tab.goto(url);
  return tab;
}

/** What an event tells of the tab that should not have happened. */
function problemOf(method: string, params: JsonObject, context: string, host: string): string | undefined {
  const isOfTab = params['context'] === context || objectIn(params, 'source')['context'] === context;
  if (!isOfTab) return undefined;
  const url = textIn(objectIn(params, 'request'), 'url');
  switch (method) {
    case 'log.entryAdded': {
      const kind = params['type'] === 'console' ? `console ${textIn(params, 'method')}` : 'page error';
      return `${kind}: ${textIn(params, 'text')}`;
    }
    case 'network.fetchError':
      return `failed: ${url}`;
    case 'network.beforeRequestSent':
      return isElsewhere(url, host) ? `elsewhere: ${url}` : undefined;
    default:
      return undefined;
  }
}

function tabOf(connection: BidiConnection, context: string, problems: readonly string[]): Tab {
  const evaluate = async (expression: string): Promise<unknown> => {
    const answer = await connection.command(
      'script.evaluate',
      {
        // JSON inside: what BiDi makes of an object itself is a list of typed pairs.
        expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value) ?? 'null')`,
        target: { context },
        awaitPromise: true,
        resultOwnership: 'none',
      },
      'script-failed',
    );
    if (answer['type'] === 'exception') {
      throw new BrowserError('script-failed', textIn(objectIn(answer, 'exceptionDetails'), 'text'));
    }
    return JSON.parse(textIn(objectIn(answer, 'result'), 'value')) as unknown;
  };
  return {
    problems,
    evaluate,
    until: (expression, timeoutMs) => pollUntil(evaluate, expression, timeoutMs),
    click: async (selector) => {
      const middle = await evaluate(middleOf(selector));
      await connection.command(
        'input.performActions',
        { context, actions: [pressAt(middle)] },
        'script-failed',
      );
    },
    goto: async (url) => {
      const params = { context, url, wait: 'complete' };
      await connection.command('browsingContext.navigate', params, 'no-such-page');
    },
    resize: async (size) => {
      await connection.command('browsingContext.setViewport', { context, viewport: { ...size } });
    },
    screenshot: async () => {
      const { data } = await connection.command('browsingContext.captureScreenshot', { context });
      return Buffer.from(String(data), 'base64');
    },
    close: onlyOnce(() => connection.command('browsingContext.close', { context })),
  };
}

/** An expression for the middle of an element, in pixels of the viewport, once it is in view. */
const middleOf = (selector: string): string => `(() => {
  const element = document.querySelector(${JSON.stringify(selector)});
  if (element === null) throw new Error('no element matches ' + ${JSON.stringify(selector)});
  element.scrollIntoView({ block: 'center' });
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
})()`;

/** A press of the main button at that place. */
const pressAt = (place: unknown): JsonObject => ({
  type: 'pointer',
  id: 'mouse',
  actions: [
    { type: 'pointerMove', ...(place as { x: number; y: number }) },
    { type: 'pointerDown', button: 0 },
    { type: 'pointerUp', button: 0 },
  ],
});
