import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { VIEW_PATH } from '@lockstep/protocol';
import { addressOf } from '../door/entrance.ts';
import { ANSWER_HEADER, type Refusal, type Refusals } from '../door/refusals.ts';
import { answerMetrics, answerProbe, type Status } from '../health/status-pages.ts';
import { pageHandler } from '../page.ts';
import { answer } from './answer.ts';
import { judgeRequest, pathOf, type OwnNames } from './judge-request.ts';

export interface HttpSetup extends OwnNames, Status {
  readonly refusals: Refusals;
  /** How an upgrade of a viewer would be refused now; undefined where it would be taken. */
  whyNoViewer(request: IncomingMessage): Refusal | undefined;
}

/** The header in which a page that cannot connect says where it was opened: a request of its own site carries no `Origin`. */
const PAGE_ORIGIN_HEADER = 'lockstep-page-origin';

/** Answers requests that do not ask for a WebSocket. */
export function httpHandler(setup: HttpSetup): RequestListener {
  const servePage = pageHandler();
  const refuse = (request: IncomingMessage, response: ServerResponse, refusal: Refusal): void => {
    setup.refusals.count(refusal, addressOf(request));
    answer(response, refusal.code, refusal.reason, { [ANSWER_HEADER]: refusal.name });
  };
  return (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    // By any name: a balancer in front asks by its own.
    if (isRead && answerProbe(pathOf(request, setup), response, setup)) return;
    const pageOrigin = request.headers[PAGE_ORIGIN_HEADER];
    const judgement = judgeRequest(request, setup, typeof pageOrigin === 'string' ? pageOrigin : undefined);
    if (judgement.refusal !== undefined) return refuse(request, response, judgement.refusal);
    const { path, query } = judgement;
    const withSlash = redirectOf(path, request);
    if (withSlash !== undefined) return answer(response, 307, '', { Location: withSlash + query });
    // A page asks here why no WebSocket opened, which a browser does not tell it: that attempt is counted already.
    const refusal = path === VIEW_PATH ? setup.whyNoViewer(request) : undefined;
    if (refusal !== undefined) {
      const headers = { [ANSWER_HEADER]: refusal.name, 'Retry-After': '10' };
      return answer(response, refusal.code, refusal.reason, headers);
    }
    if (path === VIEW_PATH || isHalfUpgrade(request)) {
      return answer(
        response,
        426,
        'a WebSocket is here, and this request does not ask for one: a proxy took its Upgrade away',
        {
          ...{ Upgrade: 'websocket', Connection: 'Upgrade', [ANSWER_HEADER]: 'upgrade' },
        },
      );
    }
    if (isRead && answerMetrics(path, request, response, setup)) return;
    servePage(path, request, response);
  };
}

/**
 * Where a path with a slash too few or too many leads, for pages name what they load by its place beside them. Relative: what a proxy
 * in front added is not known here.
 */
function redirectOf(path: string, { url = '' }: IncomingMessage): string | undefined {
  if (path === '/dashboard/') return '../dashboard';
  if (path !== '') return undefined;
  return `./${url.split('?')[0]!.split('/').at(-1)}/`;
}

/** A handshake whose `Upgrade` was taken away on the way here, as proxies do that were not told to pass it on. */
const isHalfUpgrade = ({ headers }: IncomingMessage): boolean => headers['sec-websocket-key'] !== undefined;
