import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from '../public/answer.ts';
import { PROMETHEUS_CONTENT_TYPE } from './prometheus-text.ts';

/** What the machines around a coordinator ask. */
export interface Status {
  /** Why it takes no workers now; undefined while it does. */
  whyNotReady(): string | undefined;
  /** What is counted; left out where there is nothing to count. */
  readonly metrics: (() => string) | undefined;
  /** Whether who shows this token, or none, may read what is counted. */
  mayRead(token: string | undefined): boolean;
  /** Whoever asks showed a wrong token. */
  countGuess(request: IncomingMessage): void;
  /** Whether it may show another. */
  mayGuess(request: IncomingMessage): boolean;
}

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' } as const;

/**
 * Answers `/healthz` and `/readyz`, which nobody needs a token or the right name for: they say nothing else.
 * @returns whether it was one of these
 */
export function answerProbe(
  path: string,
  response: ServerResponse,
  status: Pick<Status, 'whyNotReady'>,
): boolean {
  if (path === '/healthz') {
    answer(response, 200, JSON.stringify({ status: 'ok' }), JSON_TYPE);
    return true;
  }
  if (path !== '/readyz') return false;
  const reason = status.whyNotReady();
  const body = reason === undefined ? { status: 'ready' } : { status: 'not ready', reason };
  answer(response, reason === undefined ? 200 : 503, JSON.stringify(body), JSON_TYPE);
  return true;
}

/** Answers `/metrics`. @returns whether it was that */
export function answerMetrics(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  status: Status,
): boolean {
  if (path !== '/metrics' || status.metrics === undefined) return false;
  const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token !== undefined && !status.mayGuess(request)) {
    answer(response, 429, 'too many wrong tokens from this address', { 'Retry-After': '10' });
  } else if (status.mayRead(token)) {
    answer(response, 200, status.metrics().trimEnd(), { 'Content-Type': PROMETHEUS_CONTENT_TYPE });
  } else {
    if (token !== undefined) status.countGuess(request);
    answer(response, 401, 'the token of viewers is needed: Authorization: Bearer TOKEN', {
      'WWW-Authenticate': 'Bearer realm="lockstep"',
    });
  }
  return true;
}
