import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIPv6 } from 'node:net';
import {
  CommandError,
  describeCertificateFault,
  EXIT,
  shownAddress,
  withoutSecrets,
  type CertificateError,
  type ExitCode,
  type healthOptions,
  type ValuesOf,
} from '@lockstep/config';
import { assertPermitted } from './permitted.ts';

/** What listens on all addresses is asked at one. */
const NEAR: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** What a socket says of those who do not speak TLS. */
const NOT_TLS = /wrong version number|packet length too long|unknown protocol|http request/i;
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
  const shown = shownAddress(url);
  const timeoutMs = values.timeout * 1000;
  const { status, text } = await ask(url, timeoutMs).catch(async (cause: SocketError) => {
    const odd =
      (await describeOddity(url, cause, timeoutMs)) ?? `nothing answers at ${shown} (${cause.message})`;
    throw new CommandError(EXIT.failed, odd, { cause });
  });
  // So a proxy answers those who speak plain HTTP to its port for TLS.
  const odd = status === 400 ? await describeTlsAt(url, timeoutMs) : undefined;
  if (odd !== undefined) throw new CommandError(EXIT.failed, odd);
  const line = text.split('\n', 1)[0]!;
  if (status !== 200) throw new CommandError(EXIT.failed, `${shown} answers ${status}: ${line}`);
  if (!line.includes('"status"')) {
    throw new CommandError(
      EXIT.failed,
      `${shown} is no coordinator's: it answers ${JSON.stringify(line.slice(0, 60))}`,
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
  const scheme = tls === 'self-signed' || tlsCert !== undefined ? 'https' : 'http';
  const text = given ?? `${scheme}://${isIPv6(near) ? `[${near}]` : near}:${port}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^(?:http|ws)s?:$/.test(url.protocol)) {
    throw new CommandError(
      EXIT.usage,
      `${JSON.stringify(withoutSecrets(text))} is no coordinator's address: give one such as http://127.0.0.1:7070`,
    );
  }
  // Schemes that a `URL` does not turn into one another.
  const web = new URL(url.href.replace(/^ws/, 'http'));
  if (!web.pathname.endsWith('/')) web.pathname += '/';
  web.search = web.hash = '';
  return web;
}

type SocketError = Error & CertificateError;

/** What is wrong with how an address was asked, and what to do; undefined where nothing else is known of it. */
async function describeOddity(url: URL, error: SocketError, timeoutMs: number): Promise<string | undefined> {
  const { code = '', message } = error;
  const host = `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`;
  if (url.protocol !== 'https:') {
    const isCut = code === 'ECONNRESET' || code.startsWith('HPE_');
    return isCut ? describeTlsAt(url, timeoutMs) : undefined;
  }
  if (NOT_TLS.test(message)) return `${host} does not speak TLS: give ${spelled(url, 'http:')}`;
  return describeCertificateFault(error, host);
}

/** What to do where TLS is spoken at an address that was asked without. */
async function describeTlsAt(url: URL, timeoutMs: number): Promise<string | undefined> {
  if (url.protocol === 'https:') return undefined;
  const secure = new URL(url.href.replace(/^http:/, 'https:'));
  const isTls = await ask(secure, timeoutMs, false).then(
    () => true,
    () => false,
  );
  return isTls ? `${secure.host} speaks TLS: give ${spelled(url, 'https:')}` : undefined;
}

/** The address that was asked, with another scheme. */
const spelled = (url: URL, scheme: 'http:' | 'https:'): string =>
  shownAddress(new URL('./', url)).replace(/^https?:/, scheme);

/** @param isChecked whether the certificate must be one that this machine trusts; on loopback it need not */
function ask(
  url: URL,
  timeoutMs: number,
  isChecked = !LOOPBACK.test(url.hostname),
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request =
      url.protocol === 'https:'
        ? // Its own certificate may be for a public name only, and nothing secret is said or heard.
          requestTls(url, { signal, rejectUnauthorized: isChecked })
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
