import { BrowserError, type BrowserErrorCode } from './browser-error.ts';
import { isObject, textIn } from './json.ts';

/** One session of W3C WebDriver (https://www.w3.org/TR/webdriver2/): JSON over HTTP. */
export interface WebDriver {
  /** The value of a command on the path behind the driver's address. @throws {BrowserError} `code`, `closed` */
  command(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: Readonly<Record<string, unknown>>,
    code?: BrowserErrorCode,
  ): Promise<unknown>;
}

/** @param address of the driver: "http://127.0.0.1:4444" */
export const webDriverAt = (address: string): WebDriver => ({
  command: async (method, path, body, code = 'closed') => {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new BrowserError('closed', `nothing answers at ${address}: the driver has ended`, { cause });
    });
    const answer: unknown = await response.json();
    const value = isObject(answer) ? answer['value'] : undefined;
    if (response.ok) return value;
    const reason = isObject(value)
      ? `${textIn(value, 'error')}: ${textIn(value, 'message')}`
      : response.statusText;
    throw new BrowserError(code, `${path}: ${reason}`);
  },
});
