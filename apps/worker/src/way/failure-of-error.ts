import { describeCertificateFault, type CertificateError } from '@lockstep/config';
import { ConnectFailure, type FailureKind } from './connect-failure.ts';

/** What a socket reports when no connection comes about. */
export interface SocketError extends Error, CertificateError {}

type Finding = readonly [kind: FailureKind, text: (host: string, error: SocketError) => string];

const NO_NAME: Finding = [
  'unknown-name',
  (host, { code }) =>
    `the name in ${host} is not known (${code}): check its spelling; where its machine or container starts later, it comes with it`,
];
const NO_WAY: Finding = [
  'unreachable',
  (host, { code }) =>
    `there is no way from this machine to ${host} (${code}): check the address and the network`,
];
const NO_ANSWER: Finding = [
  'time-out',
  (host) => `${host} does not answer: is the address right, and does a firewall let this machine through?`,
];
const CUT: Finding = [
  'cut',
  (host) =>
    `${host} cut the connection before it answered: is the coordinator, or a proxy before it, just starting?`,
];

const BY_CODE: Readonly<Record<string, Finding>> = {
  ECONNREFUSED: [
    'closed-port',
    (host) => `nothing listens at ${host}: is the coordinator running, and is this its port?`,
  ],
  ENOTFOUND: NO_NAME,
  EAI_AGAIN: NO_NAME,
  EAI_NODATA: NO_NAME,
  EAI_NONAME: NO_NAME,
  EAI_FAIL: NO_NAME,
  EHOSTUNREACH: NO_WAY,
  ENETUNREACH: NO_WAY,
  EHOSTDOWN: NO_WAY,
  EADDRNOTAVAIL: NO_WAY,
  ENETDOWN: NO_WAY,
  ETIMEDOUT: NO_ANSWER,
  ECONNRESET: CUT,
  ECONNABORTED: CUT,
  EPIPE: CUT,
};

const NOT_TLS = /wrong version number|packet length too long|unknown protocol|http request/i;

/** What an error of a socket means, and what to do. @param host for people, with the port */
export function failureOfError(error: SocketError, host: string): ConnectFailure {
  const ofCertificate = describeCertificateFault(error, host);
  if (ofCertificate !== undefined) return new ConnectFailure('certificate', ofCertificate, { cause: error });
  const [kind, text] = findingOf(error);
  return new ConnectFailure(kind, text(host, error), { cause: error });
}

function findingOf(error: SocketError): Finding {
  const { code = '', message } = error;
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (code.startsWith('CERT_') || code.startsWith('ERR_TLS_CERT')) {
    return ['certificate', (host) => `the certificate of ${host} is not taken: ${wordsOf(message)}`];
  }
  if (NOT_TLS.test(message)) {
    return ['scheme', (host) => `${host} does not speak TLS: give its address with ws:// in place of wss://`];
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return ['tls', (host) => `${host} and this machine find no way to speak TLS: ${wordsOf(message)}`];
  }
  if (code.startsWith('HPE_')) {
    return ['answer', (host) => `what listens at ${host} is no web server: is this the coordinator's port?`];
  }
  if (/Sec-WebSocket|Upgrade header/i.test(message)) {
    return [
      'answer',
      (host) => `what listens at ${host} speaks no WebSocket: is this the coordinator's port?`,
    ];
  }
  if (/timed? ?out/i.test(message)) return NO_ANSWER;
  return ['cut', (host) => `there is no connection to ${host}: ${wordsOf(message)}`];
}

/** OpenSSL's own words, out of all that it says around them: "error:0A000410:SSL routines:ssl3_read:handshake failure:../deps". */
const wordsOf = (message: string): string =>
  /error:[^:]*:[^:]*:[^:]*:([^:]*)/.exec(message)?.[1] ?? message.trim();
