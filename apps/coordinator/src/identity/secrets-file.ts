import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles, writeFileAtomically, type FileSystem } from '@lockstep/storage';
import type { KeptTls } from './last-choice.ts';

export const SECRETS_NAME = 'secrets.json';

/** Who is the run's owner may read it and write it, nobody else anything. */
const MODE = 0o600;
const OTHERS = 0o077;

/** A certificate that nobody signed, and its key, as PEM. */
export interface KeptCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What of a coordinator's making outlives its start, so that links, commands and workers of before stay true. */
export interface Secrets {
  readonly worker?: string;
  readonly viewer?: string;
  readonly admin?: string;
  readonly certificate?: KeptCertificate;
  /** Where it listened. No secret, but it too is what others know the coordinator by. */
  readonly port?: number;
  /** The address that it listened on, and how it spoke TLS: left out where it did not. */
  readonly host?: string;
  readonly tls?: KeptTls;
}

/**
 * What is kept in a run's folder; nothing of what cannot be read, with a warning.
 * @param warn told also of a file that others could read
 */
export function readSecrets(folder: string, warn: (text: string) => void): Secrets {
  const path = join(folder, SECRETS_NAME);
  try {
    const secrets = parseSecrets(readFileSync(path, 'utf8'));
    const mode = statSync(path).mode & 0o777;
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      warn(
        `${path} has the tokens of this run, and other users of this machine could read it (mode ${mode.toString(8)}): ` +
          'if one of them may have, start with --new-token',
      );
    }
    return secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    warn(
      `${path} cannot be used (${(error as Error).message}): this start makes new tokens, ` +
        'and links and commands that were printed before no longer work',
    );
    return {};
  }
}

/** Writes them whole or not at all, never readable by others. @throws {StorageError} */
export async function writeSecrets(
  folder: string,
  secrets: Secrets,
  files: FileSystem = nodeFiles,
): Promise<void> {
  const { certificate, port, host, tls, ...tokens } = secrets;
  const text = JSON.stringify({ version: 1, tokens, certificate, port, host, tls }, null, 2) + '\n';
  const bytes = new TextEncoder().encode(text);
  await writeFileAtomically(join(folder, SECRETS_NAME), bytes, files, MODE);
}

function parseSecrets(text: string): Secrets {
  const { version, tokens, certificate, port, host, tls } = recordOf(JSON.parse(text));
  if (version !== 1) throw new Error('it is of another version of Lockstep');
  const { worker, viewer, admin } = recordOf(tokens ?? {});
  return {
    ...textIn('worker', worker),
    ...textIn('viewer', viewer),
    ...textIn('admin', admin),
    ...(certificate === undefined ? {} : { certificate: certificateOf(recordOf(certificate)) }),
    ...(port === undefined ? {} : { port: portOf(port) }),
    ...(host === undefined ? {} : { host: textOf(host, 1) }),
    ...(tls === undefined ? {} : { tls: tlsOf(tls) }),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Error('it does not hold what Lockstep writes there');
}

function textIn<Name extends string>(name: Name, value: unknown): { readonly [N in Name]?: string } {
  if (value === undefined) return {};
  return { [name]: textOf(value) } as { readonly [N in Name]: string };
}

function textOf(value: unknown, least = 16): string {
  if (typeof value === 'string' && value.length >= least) return value;
  throw new Error('it does not hold what Lockstep writes there');
}

const certificateOf = ({ cert, key }: Readonly<Record<string, unknown>>): KeptCertificate => ({
  cert: textOf(cert),
  key: textOf(key),
});

function tlsOf(value: unknown): KeptTls {
  if (value === 'self-signed' || value === 'given') return value;
  throw new Error('it does not hold what Lockstep writes there');
}

function portOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new Error('it does not hold what Lockstep writes there');
}
