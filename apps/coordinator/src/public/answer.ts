import type { ServerResponse } from 'node:http';

/** Answers a request with a text of one line. */
export function answer(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = text === '' ? '' : `${text}\n`;
  response
    .writeHead(status, {
      ...{ 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
      ...{ 'Cache-Control': 'no-store', 'Content-Length': Buffer.byteLength(body), ...headers },
    })
    .end(body);
}
