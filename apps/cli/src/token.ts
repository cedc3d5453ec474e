import { CommandError, EXIT } from '@lockstep/config';
import { readTokenFile } from '@lockstep/storage';

/** Shorter secrets can be guessed. */
const LEAST_LENGTH = 16;

/**
 * The token that a worker shows: that of LOCKSTEP_TOKEN, else what the file holds that LOCKSTEP_TOKEN_FILE names; none where there is
 * neither. Tokens have no flags: arguments are there for every user of the machine to see.
 * @throws {CommandError} exit 2 when it is too short to be a secret
 * @throws {StorageError} when the file is there and cannot be read
 */
export function tokenFromEnvironment(): { readonly token?: string } {
  const { token, tokenFile } = workerTokenSettings();
  if (token !== undefined) return { token };
  const kept =
    tokenFile === undefined ? undefined : checked(`the file ${tokenFile}`, readTokenFile(tokenFile));
  return kept === undefined ? {} : { token: kept };
}

/** What a coordinator is told of the token that it asks workers for. A token that is set counts more than one in a file. */
function workerTokenSettings(): { readonly token?: string; readonly tokenFile?: string } {
  const token = secretOf('LOCKSTEP_TOKEN');
  if (token !== undefined) return { token };
  const tokenFile = process.env['LOCKSTEP_TOKEN_FILE'];
  return tokenFile === undefined || tokenFile === '' ? {} : { tokenFile };
}

/** What a coordinator asks for, as the environment sets it. @throws {CommandError} exit 2 when one is too short to be a secret */
export function tokensFromEnvironment(): {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly viewToken?: string;
  readonly adminToken?: string;
} {
  const viewToken = secretOf('LOCKSTEP_VIEW_TOKEN');
  const adminToken = secretOf('LOCKSTEP_ADMIN_TOKEN');
  return {
    ...workerTokenSettings(),
    ...(viewToken === undefined ? {} : { viewToken }),
    ...(adminToken === undefined ? {} : { adminToken }),
  };
}

function secretOf(name: string): string | undefined {
  return checked(name, process.env[name]);
}

function checked(name: string, token: string | undefined): string | undefined {
  if (token === undefined || token === '') return undefined;
  if (token.length >= LEAST_LENGTH && token.length <= 128) return token;
  throw new CommandError(EXIT.usage, `${name} has ${token.length} characters: use ${LEAST_LENGTH} to 128`);
}
