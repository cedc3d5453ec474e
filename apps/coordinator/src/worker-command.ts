import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunCommands } from '@lockstep/metrics';
import { FINAL_CHECKPOINT_NAME } from '@lockstep/storage';

/** The command of the files that this coordinator runs from. */
export const LAUNCHER = fileURLToPath(new URL('../../../bin/lockstep.mjs', import.meta.url));
/** The same in a clone, from its folder. */
const LAUNCHER_IN_CLONE = 'bin/lockstep.mjs';

/** What a worker's command has to carry beside the address. */
export interface CommandParts {
  /** Its value, or `$NAME` of a variable of the shell; undefined where nobody is asked for one. */
  readonly token: string | undefined;
  /** The file of a certificate that nobody signed; undefined where everybody trusts it. */
  readonly certificate: string | undefined;
}

/**
 * The command that starts a worker on this machine: pasted into a shell, it needs nothing but Node, and fetches nothing. No registry
 * is asked for a package of our name, which anybody may take.
 */
export const commandHere = (url: string, { token, certificate }: CommandParts, launcher = LAUNCHER): string =>
  `${environment(token, certificate)}node ${quoted(launcher)} worker ${quoted(url)}`;

/** The command for another machine, in a clone after `npm ci`, with a copy of the certificate beside it. */
export const commandInClone = (url: string, { token, certificate }: CommandParts): string =>
  `${environment(token, certificate && 'certificate.pem')}node ${LAUNCHER_IN_CLONE} worker ${quoted(url)}`;

/** What to type on this machine about the run in `folder`. */
export const commandsFor = (
  folder: string,
  launcher = LAUNCHER,
): RunCommands & { readonly dashboard: string } => ({
  resume: `node ${quoted(launcher)} train --resume auto --out ${quoted(resolve(folder))}`,
  evaluate: `node ${quoted(launcher)} evaluate ${quoted(resolve(folder, FINAL_CHECKPOINT_NAME))}`,
  dashboard: `node ${quoted(launcher)} dashboard ${quoted(resolve(folder))}`,
});

const environment = (token: string | undefined, certificate: string | undefined): string =>
  [
    token === undefined ? '' : `LOCKSTEP_TOKEN=${token.startsWith('$') ? `"${token}"` : quoted(token)} `,
    certificate === undefined ? '' : `NODE_EXTRA_CA_CERTS=${quoted(certificate)} `,
  ].join('');

/** A word of a POSIX shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
