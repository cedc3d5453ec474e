/** Says where this page was opened: a request to its own site carries no `Origin`. */
const PAGE_ORIGIN_HEADER = 'Lockstep-Page-Origin';
/** What the coordinator itself adds to an answer that is no use. */
const ANSWER_HEADER = 'Lockstep-Answer';
const DEADLINE_MS = 5000;

/**
 * Why no WebSocket to the coordinator opens, which a browser does not say: asks the same path for a page, as far as whatever is between
 * lets it through.
 * @param place the address that the coordinator's paths are relative to
 * @returns a sentence for people, with the remedy; never rejects
 */
export async function findCause(place = new URL('./', location.href).href): Promise<string> {
  try {
    const response = await fetch(new URL('./view', place), {
      headers: { [PAGE_ORIGIN_HEADER]: new URL(place).origin },
      cache: 'no-store',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return describeAnswer(response.status, response.headers.get(ANSWER_HEADER), place);
  } catch {
    return 'No coordinator answers.';
  }
}

/** What an answer to a request for the viewers' path means. @param answer what the coordinator itself called it, if it came so far */
export function describeAnswer(status: number, answer: string | null, place: string): string {
  if (status === 426) {
    return 'A proxy in front of the coordinator does not pass WebSockets on: docs/proxies.md has the lines that it needs.';
  }
  if (answer === 'foreign') {
    return `The coordinator does not know the address ${place}: it has to be started with --public-url ${place}`;
  }
  if (status === 502 || status === 503 || status === 504) {
    return `A proxy in front finds no coordinator (${status}).`;
  }
  return `Something else answers at ${place}view (${status}): this path leads elsewhere, or a proxy does not pass it on.`;
}
