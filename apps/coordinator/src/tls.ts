import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { CommandError, EXIT } from '@lockstep/config';

/** What a server needs to speak TLS. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * The certificate and key of `--tls-cert` and `--tls-key`; undefined when neither is given.
 * @throws {CommandError} exit 2 when one is missing, cannot be read, or does not belong to the other
 */
export function readTls(cert: string | undefined, key: string | undefined): TlsFiles | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const [given, missing] = cert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key'];
    throw new CommandError(EXIT.usage, `${given} needs ${missing} beside it`);
  }
  try {
    const files = { cert: readFileSync(cert), key: readFileSync(key) };
    createSecureContext(files);
    return files;
  } catch (cause) {
    const detail = (cause as Error).message;
    throw new CommandError(EXIT.usage, `--tls-cert ${cert} and --tls-key ${key} cannot be used: ${detail}`, {
      cause,
    });
  }
}
