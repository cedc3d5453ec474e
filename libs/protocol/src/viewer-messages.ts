import * as v from 'valibot';
import { ProtocolError } from './errors.ts';
import { TEXT_LIMITS } from './schema-parts.ts';

/** Where viewers connect: their messages are JSON texts, unlike those of workers. */
export const VIEW_PATH = '/view';

/** Longest message of a viewer, in bytes. */
export const MAX_VIEWER_MESSAGE_BYTES = 4096;

/** What somebody who watches may be: a volunteer is told of its own part only, an administrator may give orders. */
const VIEWER_ROLES = ['viewer', 'admin', 'volunteer'] as const;
export type ViewerRole = (typeof VIEWER_ROLES)[number];

/** An administrator's orders without an object. */
const RUN_VERBS = ['pause', 'resume', 'stop', 'checkpoint'] as const;
export type RunVerb = (typeof RUN_VERBS)[number];

/** An administrator's orders about one worker: `remove` sends it away for good, `kill` cuts its connection as a crash would. */
const WORKER_VERBS = ['remove', 'kill'] as const;
export type WorkerVerb = (typeof WORKER_VERBS)[number];

const workerText = v.pipe(v.string(), v.regex(/^\d{1,16}$/, "a worker's number"));

const viewerSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('hello'),
    role: v.picklist(VIEWER_ROLES),
    token: v.optional(v.pipe(v.string(), v.maxLength(TEXT_LIMITS.token))),
    /** A volunteer's own number. */
    worker: v.optional(workerText),
  }),
  ...RUN_VERBS.map((verb) => v.strictObject({ type: v.literal(verb) })),
  ...WORKER_VERBS.map((verb) => v.strictObject({ type: v.literal(verb), worker: workerText })),
  /** Asks for the committed weights, as one binary message. */
  v.strictObject({ type: v.literal('weights') }),
  /** Asks for rows of the test data, as one binary message. */
  v.strictObject({ type: v.literal('samples') }),
]);

/** Viewer -> coordinator. */
export type ViewerMessage = v.InferOutput<typeof viewerSchema>;

/** A viewer's message from its text. @throws {ProtocolError} `bad-field` when it is none */
export function decodeViewerMessage(text: string): ViewerMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError('bad-field', 'a message that is no JSON', { cause });
  }
  const result = v.safeParse(viewerSchema, value);
  if (result.success) return result.output;
  throw new ProtocolError('bad-field', `a message that is not valid: ${result.issues[0].message}`);
}
