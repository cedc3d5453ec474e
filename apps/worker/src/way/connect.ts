import { memoryHeaders, openSharedSlots } from '@lockstep/same-host';
import {
  openChannel,
  ReceivedMemory,
  SlotChannel,
  TransportError,
  type Channel,
  type ChunkSource,
} from '@lockstep/transport';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { watchLine } from '../watch-line.ts';
import type { CoordinatorAddress } from './address.ts';
import { ConnectFailure } from './connect-failure.ts';
import { failureOfAnswer, type HttpAnswer } from './failure-of-answer.ts';
import { failureOfError, type SocketError } from './failure-of-error.ts';
import { speaksHttp, speaksTls } from './probe.ts';

/** No frame of any run is longer; the run's own limit is checked once it is known. */
const MAX_FRAME_BYTES = 1024 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;
/** So much of an answer in place of a WebSocket is read, and for so long. */
const [MOST_ANSWER_BYTES, MOST_ANSWER_MS] = [1024, 2000];

/**
 * The mask of a WebSocket client keeps scripts of hostile pages from writing bytes of their choice past a proxy. No script writes
 * here, and masking costs more than a millisecond a megabyte at both ends, so the mask is zero.
 */
const zeroMask = (mask: Buffer): void => void mask.fill(0);

/** A connection to the coordinator at `address`. @throws {ConnectFailure} with the cause and the remedy */
export async function connect(address: CoordinatorAddress): Promise<Channel> {
  const { url, authorization } = address;
  const client = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    handshakeTimeout: HANDSHAKE_MS,
    generateMask: zeroMask,
    headers: { ...memoryHeaders(url), ...(authorization === undefined ? {} : { authorization }) },
  });
  client.on('upgrade', ({ socket }) => watchLine(client, socket));
  let answer: Promise<HttpAnswer> | undefined;
  client.on('unexpected-response', (_request, response: IncomingMessage) => {
    answer = readAnswer(response);
    void answer.then(() => client.terminate());
  });
  // Whoever hears of what arrives before `ws` does takes what came together with the answer: for good, `ws` never gets it.
  const line: ChunkSource = {
    on: (event, listener) =>
      client.on('upgrade', ({ socket }) => client.once('open', () => socket.on(event, listener))),
  };
  try {
    return new SlotChannel(await openChannel(client, new ReceivedMemory(line, client)), openSharedSlots);
  } catch (error) {
    throw await failureOf(address, error, await answer);
  }
}

async function failureOf(
  { url: text, authorization }: CoordinatorAddress,
  error: unknown,
  answer: HttpAnswer | undefined,
): Promise<ConnectFailure> {
  const url = new URL(text);
  const isTls = url.protocol === 'wss:';
  const port = Number(url.port || (isTls ? 443 : 80));
  const place = { host: url.hostname.replace(/^\[|\]$/g, ''), port };
  const host = `${url.hostname}:${port}`;
  const cause = (error instanceof TransportError ? error.cause : error) as SocketError;
  // A port that speaks TLS answers 400 to those who do not, or something that is no HTTP, or hangs up.
  const isOdd = answer === undefined ? isCut(cause) : answer.status === 400;
  if (isOdd && !isTls && (await speaksTls(place))) {
    return new ConnectFailure('scheme', `${host} speaks TLS: give its address with wss:// in place of ws://`);
  }
  if (isOdd && isTls && (await speaksHttp(place))) {
    return new ConnectFailure(
      'scheme',
      `${host} does not speak TLS: give its address with ws:// in place of wss://`,
    );
  }
  if (answer === undefined) return failureOfError(cause, host);
  return failureOfAnswer(answer, { host, path: url.pathname, hasCredentials: authorization !== undefined });
}

const isCut = ({ code = '' }: SocketError): boolean => code === 'ECONNRESET' || code.startsWith('HPE_');

/** The status and the beginning of the text of an answer. */
function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = response;
  const isPlain = /^text\/plain\b/.test(headers['content-type'] ?? '');
  return new Promise((resolve) => {
    let text = '';
    const finish = (): void => {
      clearTimeout(timer);
      resolve({ status, location: headers.location, text: isPlain ? text : '' });
    };
    const timer = setTimeout(finish, MOST_ANSWER_MS);
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.length > MOST_ANSWER_BYTES) finish();
    });
    for (const event of ['end', 'error', 'close']) response.on(event, finish);
  });
}
