import { BrowserError } from './browser-error.ts';

const POLL_MS = 50;
/** A wait ends when what it waits for is there: this is for a machine that has ten times as much to do. */
const DEFAULT_TIMEOUT_MS = 100_000;

/** `Tab.until` for any `Tab.evaluate`. @throws {BrowserError} `timed-out`, with the last value */
export async function pollUntil(
  evaluate: (expression: string) => Promise<unknown>,
  expression: string,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<unknown> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await evaluate(expression);
    if (value) return value;
    if (performance.now() >= deadline) {
      const message = `after ${timeoutMs} ms, ${expression} is still ${JSON.stringify(value)}`;
      throw new BrowserError('timed-out', message);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
