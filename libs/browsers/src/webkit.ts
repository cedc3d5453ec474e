import type { Browser, Tab } from './browser.ts';
import { BrowserError } from './browser-error.ts';
import { freePort } from './free-port.ts';
import { isObject, objectIn, textIn } from './json.ts';
import { onlyOnce } from './once.ts';
import { pollUntil } from './poll.ts';
import { startProgram, type ProgramProcess } from './program-process.ts';
import { programPath } from './programs.ts';
import { webDriverAt, type WebDriver } from './web-driver.ts';

const READY_WITHIN_MS = 30_000;

/**
 * WebKitGTK's MiniBrowser on a display of its own, driven by W3C WebDriver.
 * @throws {BrowserError} `not-installed`, `did-not-start`
 */
export async function launchWebkit(): Promise<Browser> {
  const binary = programPath('webkit', 'miniBrowser');
  const driverFile = programPath('webkit', 'webDriver');
  const displayFile = programPath('webkit', 'display');
  const programs: ProgramProcess[] = [];
  const stop = async (): Promise<void> => {
    // The driver first: it takes its browser along, which would miss the display.
    for (const program of [...programs].reverse()) await program.stop();
  };
  try {
    const display = startProgram(displayFile, [
      ...['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'],
    ]);
    programs.push(display);
    const number = await display.says((text) => /^\d+(?=\n)/m.exec(text)?.[0]);
    const port = await freePort();
    programs.push(
      startProgram(driverFile, [`--port=${port}`], {
        DISPLAY: `:${number}`,
        GDK_BACKEND: 'x11',
        // Its sandbox needs rights that root in a container does not have; the pages are our own.
        ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
      }),
    );
    const driver = webDriverAt(`http://127.0.0.1:${port}`);
    await isReady(driver);
    return await startSession(driver, binary, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves once the driver answers. @throws {BrowserError} `did-not-start` */
async function isReady(driver: WebDriver): Promise<void> {
  const ask = async (): Promise<unknown> => {
    try {
      const status = await driver.command('GET', '/status');
      return isObject(status) && status['ready'];
    } catch {
      return false; // it does not listen yet
    }
  };
  await pollUntil(ask, 'the status of the driver', READY_WITHIN_MS).catch((cause: unknown) => {
    throw new BrowserError('did-not-start', `WebKitWebDriver did not answer`, { cause });
  });
}

async function startSession(driver: WebDriver, binary: string, stop: () => Promise<void>): Promise<Browser> {
  const options = { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } };
  const capabilities = { alwaysMatch: options };
  const session = await driver.command('POST', '/session', { capabilities }, 'did-not-start');
  if (!isObject(session)) throw new BrowserError('did-not-start', 'WebKitWebDriver gave no session');
  const base = `/session/${textIn(session, 'sessionId')}`;
  const first = await driver.command('GET', `${base}/window`, undefined, 'did-not-start');
  // Commands go to the current window, so choosing it and commanding it must not be torn apart.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    name: 'webkit',
    version: textIn(objectIn(session, 'capabilities'), 'browserVersion'),
    open: async (url) => {
      const window = await inTurn(async () => {
        await driver.command('POST', `${base}/window`, { handle: first }); // the current one may be closed
        // A window, not a tab: what is hidden behind another tab is not painted, and has no picture.
        return driver.command('POST', `${base}/window/new`, { type: 'window' });
      });
      const handle = isObject(window) ? textIn(window, 'handle') : '';
      const tab = tabOf((method, path, body, code) =>
        inTurn(async () => {
          await driver.command('POST', `${base}/window`, { handle });
          return driver.command(method, `${base}${path}`, body, code);
        }),
      );
      await tab.goto(url);
      return tab;
    },
    close: onlyOnce(async () => {
      await driver.command('DELETE', base).catch(() => undefined); // its programs end in any case
      await stop();
    }),
  };
}

function tabOf(command: WebDriver['command']): Tab {
  const evaluate = (expression: string): Promise<unknown> => {
    const script = `return Promise.resolve(${expression})`;
    return command('POST', '/execute/sync', { script, args: [] }, 'script-failed');
  };
  return {
    problems: [],
    evaluate,
    until: (expression, timeoutMs) => pollUntil(evaluate, expression, timeoutMs),
    click: async (selector) => {
      const query = { using: 'css selector', value: selector };
      const element = await command('POST', '/element', query, 'script-failed');
      const reference = isObject(element) ? String(Object.values(element)[0]) : '';
      await command('POST', `/element/${reference}/click`, {}, 'script-failed');
    },
    goto: async (url) => {
      await command('POST', '/url', { url }, 'no-such-page');
      // The driver calls a page of its own, with what went wrong, a success.
      const loaded = await evaluate("performance.getEntriesByType('navigation').length");
      if (loaded === 0) throw new BrowserError('no-such-page', `${url} could not be loaded`);
    },
    // Its window has a toolbar, and is never narrower than that.
    resize: () => Promise.resolve(),
    screenshot: async () => Buffer.from(String(await command('GET', '/screenshot')), 'base64'),
    close: onlyOnce(() => command('DELETE', '/window')),
  };
}
