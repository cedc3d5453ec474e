import { Mismatch, type Check } from '@lockstep/config';
import { cleanName } from './clean-name.ts';
import { coordinatorSchema, type CoordinatorHeader } from './coordinator-schema.ts';
import { ProtocolError } from './errors.ts';
import { PROTOCOL_VERSION } from './versions.ts';
import { workerSchema, type WorkerHeader } from './worker-schema.ts';

type Fields = Readonly<Record<string, unknown>>;

/** @throws {ProtocolError} protocol-version, unknown-type, bad-field */
export const checkWorkerHeader = (fields: Fields): WorkerHeader => parsed(workerSchema, fields);

/** @throws {ProtocolError} protocol-version, unknown-type, bad-field */
export function checkCoordinatorHeader(fields: Fields): CoordinatorHeader {
  const header = parsed(coordinatorSchema, fields);
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

function parsed<T>(check: Check<T>, fields: Fields): T {
  checkVersion(fields);
  try {
    return check(fields, '');
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    // The path comes from the peer: it is cleaned.
    const path = cleanName(error.path);
    if (path === 'type')
      throw new ProtocolError('unknown-type', `a type of message is one of ${error.expected}`);
    throw new ProtocolError('bad-field', `${path}: expected ${error.expected}`);
  }
}
