import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { CommandError, EXIT, type DashboardOptions } from '@lockstep/config';
import { writeFileAtomically } from '@lockstep/storage';
import { isLoopback, reachableHosts } from './addresses.ts';

/** What a server needs to speak TLS. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface ServerTls extends TlsFiles {
  /** The file of the certificate. */
  readonly file: string;
  /** Of a certificate that was made for this run, and nobody signed. */
  readonly fingerprint?: string;
}

/** Where a certificate that was made for a run lies in its folder; its key stays in memory. */
const CERTIFICATE_NAME = 'certificate.pem';
/** A certificate for trials is not for ever. */
const DAYS = 30;

/**
 * What `--tls`, `--tls-cert` and `--tls-key` ask for; undefined when it is none.
 * @param folder where a certificate that is made here is put
 * @throws {CommandError} exit 2 when they cannot be had together, a file is missing, or one does not belong to the other
 */
export async function tlsOf(
  { tls, tlsCert, tlsKey, host }: DashboardOptions,
  folder: string,
): Promise<ServerTls | undefined> {
  if (tls === undefined) return readTls(tlsCert, tlsKey);
  if (tlsCert !== undefined || tlsKey !== undefined) {
    throw new CommandError(
      EXIT.usage,
      '--tls self-signed makes a certificate: leave --tls-cert and --tls-key out',
    );
  }
  const files = await selfSigned(host);
  const file = join(folder, CERTIFICATE_NAME);
  await writeFileAtomically(file, files.cert);
  return { ...files, file, fingerprint: new X509Certificate(files.cert).fingerprint256 };
}

function readTls(cert: string | undefined, key: string | undefined): ServerTls | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const [given, missing] = cert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key'];
    throw new CommandError(EXIT.usage, `${given} needs ${missing} beside it`);
  }
  try {
    const files = { cert: readFileSync(cert), key: readFileSync(key) };
    createSecureContext(files);
    return { ...files, file: cert };
  } catch (cause) {
    const detail = (cause as Error).message;
    throw new CommandError(EXIT.usage, `--tls-cert ${cert} and --tls-key ${key} cannot be used: ${detail}`, {
      cause,
    });
  }
}

/** A key and a certificate for every name that a coordinator on `host` is reached by. */
async function selfSigned(host: string): Promise<TlsFiles> {
  const names = new Set(['localhost', '127.0.0.1', ...(isLoopback(host) ? [host] : reachableHosts(host))]);
  const altNames = [...names].map((name) =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  );
  // Large, and rarely wanted.
  const { default: selfsigned } = await import('selfsigned'); // in a bundle, a CommonJS module has no other export
  const notAfterDate = new Date(Date.now() + DAYS * 24 * 3600 * 1000);
  const { cert, private: key } = await selfsigned.generate(
    [{ name: 'commonName', value: 'Lockstep, for a trial' }],
    {
      ...{ keyType: 'ec', curve: 'P-256', algorithm: 'sha256', notAfterDate },
      extensions: [
        // Whoever trusts this certificate trusts it alone.
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames },
      ],
    },
  );
  return { cert: Buffer.from(cert), key: Buffer.from(key) };
}
