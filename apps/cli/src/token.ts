import { CommandError, EXIT } from '@lockstep/config';

/** Shorter secrets can be guessed. */
const LEAST_LENGTH = 16;

/**
 * The worker token of LOCKSTEP_TOKEN, if it is set. It has no flag: arguments are there for every user of the machine to see.
 * @throws {CommandError} exit 2 when it is too short to be a secret
 */
export function tokenFromEnvironment(): { readonly token?: string } {
  const token = process.env['LOCKSTEP_TOKEN'];
  if (token === undefined || token === '') return {};
  if (token.length < LEAST_LENGTH || token.length > 128) {
    throw new CommandError(
      EXIT.usage,
      `LOCKSTEP_TOKEN has ${token.length} characters: use ${LEAST_LENGTH} to 128`,
    );
  }
  return { token };
}
