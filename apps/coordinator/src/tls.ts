import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { CommandError, EXIT, type DashboardOptions } from '@lockstep/config';
import { nodeFiles, writeFileAtomically, type FileSystem } from '@lockstep/storage';
import { reachableHosts } from './addresses.ts';
import type { KeptCertificate } from './identity/secrets-file.ts';

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
  /** The certificate and its key where they were made for this run, to be kept over its starts. */
  readonly made?: KeptCertificate;
}

/** Where a certificate that was made for a run lies in its folder, for workers to trust; its key lies elsewhere. */
const CERTIFICATE_NAME = 'certificate.pem';
/** A certificate for trials is not for ever. */
const DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

/** What `tlsOf` knows of earlier starts. */
export interface TlsHistory {
  /** The certificate that one of them made. */
  readonly kept: KeptCertificate | undefined;
  warn(text: string): void;
}

/**
 * What `--tls`, `--tls-cert` and `--tls-key` ask for; undefined when it is none.
 * @param folder where a certificate that is made here is to be put (`keepCertificate`)
 * @throws {CommandError} exit 2 when they cannot be had together, a file is missing, or one does not belong to the other
 */
export async function tlsOf(
  {
    tls,
    tlsCert,
    tlsKey,
    host,
    publicUrl,
  }: Pick<DashboardOptions, 'tls' | 'tlsCert' | 'tlsKey' | 'host' | 'publicUrl'>,
  folder: string,
  history: TlsHistory,
): Promise<ServerTls | undefined> {
  if (tls === undefined) return readTls(tlsCert, tlsKey);
  if (tlsCert !== undefined || tlsKey !== undefined) {
    const what = tls === 'none' ? 'serves without a certificate' : 'makes a certificate';
    throw new CommandError(EXIT.usage, `--tls ${tls} ${what}: leave --tls-cert and --tls-key out`);
  }
  if (tls === 'none') return undefined;
  const names = namesOf(host, publicUrl);
  const made = keptFor(names, history) ?? (await selfSigned(names));
  return {
    cert: Buffer.from(made.cert),
    key: Buffer.from(made.key),
    file: resolve(folder, CERTIFICATE_NAME),
    fingerprint: new X509Certificate(made.cert).fingerprint256,
    made,
  };
}

/** Puts a certificate that was made here where workers find it. @throws {StorageError} */
export async function keepCertificate(
  tls: ServerTls | undefined,
  files: FileSystem = nodeFiles,
): Promise<void> {
  if (tls?.made !== undefined) await writeFileAtomically(tls.file, tls.cert, files);
}

/** The certificate of an earlier start, unless it does not serve any more, which is said. */
function keptFor(names: readonly string[], { kept, warn }: TlsHistory): KeptCertificate | undefined {
  if (kept === undefined) return undefined;
  const fault = faultOf(kept, names);
  if (fault === undefined) return kept;
  warn(
    `the certificate of the last start ${fault}: this start makes another, with another fingerprint, ` +
      'and workers on other machines need its file',
  );
  return undefined;
}

function faultOf({ cert, key }: KeptCertificate, names: readonly string[]): string | undefined {
  try {
    const certificate = new X509Certificate(cert);
    createSecureContext({ cert, key });
    if (Date.parse(certificate.validTo) - Date.now() < DAY_MS) {
      return `ends on ${certificate.validTo}`;
    }
    const missing = names.find(
      (name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) === undefined,
    );
    return missing === undefined ? undefined : `does not stand for ${missing}`;
  } catch (error) {
    return `cannot be read (${(error as Error).message})`;
  }
}

/** Every name that a coordinator on `host` is reached by. */
function namesOf(host: string, publicUrl: readonly string[]): readonly string[] {
  const publicNames = publicUrl.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
  return [...new Set(['localhost', '127.0.0.1', ...publicNames, ...reachableHosts(host)])];
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

/** A key and a certificate for these names. */
async function selfSigned(names: readonly string[]): Promise<KeptCertificate> {
  const altNames = names.map((name) =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  );
  // Large, and rarely wanted.
  const { default: selfsigned } = await import('selfsigned'); // in a bundle, a CommonJS module has no other export
  const notAfterDate = new Date(Date.now() + DAYS * DAY_MS);
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
  return { cert, key };
}
