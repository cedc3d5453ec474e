import { checkedToken } from '@lockstep/config';

/**
 * Where a worker has the token from that it shows, and a coordinator the one that it asks workers for: LOCKSTEP_TOKEN, else the file that
 * LOCKSTEP_TOKEN_FILE names; neither where there is none. Tokens have no flags: arguments are there for every user of the machine to see.
 * @throws {CommandError} exit 2 when it cannot be a token
 */
export function workerTokenSettings(): { readonly token?: string; readonly tokenFile?: string } {
  const token = secretOf('LOCKSTEP_TOKEN');
  if (token !== undefined) return { token };
  const tokenFile = process.env['LOCKSTEP_TOKEN_FILE'];
  return tokenFile === undefined || tokenFile === '' ? {} : { tokenFile };
}

/** What a coordinator asks for, as the environment sets it. @throws {CommandError} exit 2 when one cannot be a token */
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

const secretOf = (name: string): string | undefined => checkedToken(name, process.env[name]);
