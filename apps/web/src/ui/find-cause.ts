/** Says where this page was opened: a request to its own site carries no `Origin`. */
const PAGE_ORIGIN_HEADER = 'Lockstep-Page-Origin';
/** What the coordinator itself adds to an answer that is no use. */
const ANSWER_HEADER = 'Lockstep-Answer';
const DEADLINE_MS = 5000;
const TOO_OFTEN =
  'Too many connections came from this address in a short time: close pages of this run that you do not need, and wait a little.';
/** What the coordinator means that turns a page away by a limit of its own. */
const REFUSALS: Readonly<Record<string, string>> = {
  guesses:
    'Too many wrong tokens came from this address, and the coordinator takes no more for now: wait a little, then open the whole link that it printed.',
  handshakes: TOO_OFTEN,
  requests: TOO_OFTEN,
  connections:
    'As many connections are open as the coordinator takes: close pages of this run that you do not need, or wait until others leave.',
};

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
  const refusal = REFUSALS[answer ?? ''];
  if (refusal !== undefined) return refusal;
  if (status === 426) {
    return 'If a proxy is in front of the coordinator, it does not pass WebSockets on: docs/proxies.md has the lines that it needs.';
  }
  if (answer === 'foreign') {
    return `The coordinator does not know the address ${place}: it has to be started with --public-url ${place}`;
  }
  if (status === 502 || status === 503 || status === 504) {
    return `A proxy in front finds no coordinator (${status}).`;
  }
  return `Something else answers at ${place}view (${status}): this path leads elsewhere, or a proxy does not pass it on.`;
}
