import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIPv6 } from 'node:net';
import { CommandError, EXIT, type ExitCode, type healthOptions, type ValuesOf } from '@lockstep/config';
import { assertPermitted } from './permitted.ts';

/** What listens on all addresses is asked at one. */
const NEAR: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** Longest answer that is read. */
const MOST_CHARACTERS = 4096;

/**
 * `lockstep health`: whether a coordinator, or a dashboard, lives, for containers that hold nothing else to ask with.
 * @throws {CommandError} exit 1 when it does not, or not well, 2 for what is no address
 */
export async function runHealthCommand(
  given: string | undefined,
  values: ValuesOf<typeof healthOptions>,
): Promise<ExitCode> {
  assertPermitted('health', 'net');
  const url = new URL(values.ready ? './readyz' : './healthz', placeOf(given, values));
  const { status, text } = await ask(url, values.timeout * 1000).catch((error: unknown) => {
    throw new CommandError(EXIT.failed, `nothing answers at ${url.href} (${(error as Error).message})`, {
      cause: error,
    });
  });
  const line = text.split('\n', 1)[0]!;
  if (status !== 200) throw new CommandError(EXIT.failed, `${url.href} answers ${status}: ${line}`);
  if (!line.includes('"status"')) {
    throw new CommandError(
      EXIT.failed,
      `${url.href} is no coordinator's: it answers ${JSON.stringify(line.slice(0, 60))}`,
    );
  }
  process.stdout.write(`${line}\n`);
  return EXIT.done;
}

/** The address that was given, in any spelling that a worker or a browser takes; else where a coordinator with these settings is. */
function placeOf(
  given: string | undefined,
  { host, port, tls, tlsCert }: ValuesOf<typeof healthOptions>,
): URL {
  const near = NEAR[host] ?? host;
  const scheme = tls === undefined && tlsCert === undefined ? 'http' : 'https';
  const text = given ?? `${scheme}://${isIPv6(near) ? `[${near}]` : near}:${port}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^(?:http|ws)s?:$/.test(url.protocol)) {
    throw new CommandError(
      EXIT.usage,
      `${JSON.stringify(text)} is no coordinator's address: give one such as http://127.0.0.1:7070`,
    );
  }
  // Schemes that a `URL` does not turn into one another.
  const web = new URL(url.href.replace(/^ws/, 'http'));
  if (!web.pathname.endsWith('/')) web.pathname += '/';
  web.search = web.hash = '';
  return web;
}

function ask(url: URL, timeoutMs: number): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request =
      url.protocol === 'https:'
        ? // Its own certificate may be for a public name only, and nothing secret is said or heard.
          requestTls(url, { signal, rejectUnauthorized: !LOOPBACK.test(url.hostname) })
        : requestPlain(url, { signal });
    request.on('error', (error) =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error),
    );
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text = (text + chunk).slice(0, MOST_CHARACTERS)));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.end();
  });
}
