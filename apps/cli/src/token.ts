import { CommandError, EXIT } from '@lockstep/config';

/** Shorter secrets can be guessed. */
const LEAST_LENGTH = 16;

/**
 * The worker token of LOCKSTEP_TOKEN, if it is set. Tokens have no flags: arguments are there for every user of the machine to see.
 * @throws {CommandError} exit 2 when it is too short to be a secret
 */
export function tokenFromEnvironment(): { readonly token?: string } {
  const token = secretOf('LOCKSTEP_TOKEN');
  return token === undefined ? {} : { token };
}

/** What a coordinator asks for, as the environment sets it. @throws {CommandError} exit 2 when one is too short to be a secret */
export function tokensFromEnvironment(): {
  readonly token?: string;
  readonly viewToken?: string;
  readonly adminToken?: string;
} {
  const viewToken = secretOf('LOCKSTEP_VIEW_TOKEN');
  const adminToken = secretOf('LOCKSTEP_ADMIN_TOKEN');
  return {
    ...tokenFromEnvironment(),
    ...(viewToken === undefined ? {} : { viewToken }),
    ...(adminToken === undefined ? {} : { adminToken }),
  };
}

function secretOf(name: string): string | undefined {
  const token = process.env[name];
  if (token === undefined || token === '') return undefined;
  if (token.length >= LEAST_LENGTH && token.length <= 128) return token;
  throw new CommandError(EXIT.usage, `${name} has ${token.length} characters: use ${LEAST_LENGTH} to 128`);
}
