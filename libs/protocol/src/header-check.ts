import * as v from 'valibot';
import { cleanName } from './clean-name.ts';
import { ProtocolError } from './errors.ts';
import { coordinatorHeaderSchema, workerHeaderSchema } from './schemas.ts';
import { PROTOCOL_VERSION } from './versions.ts';

/** A header, after which nothing is `unknown`. */
export type WorkerHeader = v.InferOutput<typeof workerHeaderSchema>;
export type CoordinatorHeader = v.InferOutput<typeof coordinatorHeaderSchema>;

type Fields = Readonly<Record<string, unknown>>;

/** @throws {ProtocolError} protocol-version, unknown-type, bad-field */
export function checkWorkerHeader(fields: Fields): WorkerHeader {
  checkVersion(fields);
  return parsed(v.safeParse(workerHeaderSchema, fields));
}

/** @throws {ProtocolError} protocol-version, unknown-type, bad-field */
export function checkCoordinatorHeader(fields: Fields): CoordinatorHeader {
  checkVersion(fields);
  const header = parsed(v.safeParse(coordinatorHeaderSchema, fields));
  if (header.type === 'verdict' && (header.verdict === 'invalid') !== (header.reason !== undefined)) {
    throw new ProtocolError('bad-field', 'reason: present exactly when the verdict is "invalid"');
  }
  return header;
}

/** Before any other field: another version's message may look different, and its sender deserves the true reason. */
function checkVersion({ protocol }: Fields): void {
  if (typeof protocol === 'number' && protocol !== PROTOCOL_VERSION) {
    throw new ProtocolError(
      'protocol-version',
      `this side speaks version ${PROTOCOL_VERSION}, the peer ${protocol}; run the same release on both`,
    );
  }
}

function parsed<T>(
  result:
    | { readonly success: true; readonly output: T }
    | {
        readonly success: false;
        readonly issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]];
      },
): T {
  if (result.success) return result.output;
  const [issue] = result.issues;
  // The path and the values come from the peer: the path is cleaned, the values stay out of the text.
  const path = cleanName(v.getDotPath(issue) ?? 'header');
  if (path === 'type')
    throw new ProtocolError('unknown-type', `a type of message is one of ${issue.expected}`);
  throw new ProtocolError('bad-field', `${path}: expected ${issue.expected ?? issue.message}`);
}
