import { checkedToken, type DashboardOptions } from '@lockstep/config';
import { nodeFiles, readTokenFile, writeTokenFile, type FileSystem } from '@lockstep/storage';
import { keepCertificate, tlsOf, type ServerTls } from '../tls.ts';
import { chooseTokens, type GivenTokens, type RunTokens } from '../viewers/tokens.ts';
import { keptTlsOf, warnOfClosedHost, withLastTls } from './last-choice.ts';
import { portsOf, type PortChoice } from './port-choice.ts';
import { readSecrets, writeSecrets } from './secrets-file.ts';

/** What others know a coordinator by. */
export interface Identity {
  readonly tokens: RunTokens;
  readonly tls: ServerTls | undefined;
  readonly ports: PortChoice;
  /**
   * Writes down what the next start is to have again.
   * @param port where this one listens; undefined where no worker looks for it
   * @throws {StorageError} when a certificate or a token cannot be put where workers find it
   */
  keep(port: number | undefined): Promise<void>;
}

export interface IdentitySetup {
  /** The run's, where it is kept. */
  readonly folder: string;
  readonly options: Pick<DashboardOptions, 'host' | 'port' | 'publicUrl' | 'tls' | 'tlsCert' | 'tlsKey'>;
  /** It is called from this machine alone. */
  readonly isLocal: boolean;
  readonly isPortGiven: boolean;
  readonly isHostGiven: boolean;
  /** Volunteers come in without a token. */
  readonly isOpen: boolean;
  /** Tokens of earlier starts are not to be used any more. */
  readonly isNew: boolean;
  /** Those that were chosen for this start; they are never written. */
  readonly given: GivenTokens;
  /** Where workers read their token, and where the one that they are to show may lie already. */
  readonly tokenFile?: string | undefined;
  /** To write in the folder with; this machine's file system when left out. */
  readonly files?: FileSystem;
  warn(text: string): void;
}

/**
 * What others know this coordinator by: what it was given, else what the run's earlier starts made, else made now. Changes nothing
 * before `keep`.
 * @throws {CommandError} exit 2 for settings of TLS that cannot be had together
 */
export async function recallIdentity(setup: IdentitySetup): Promise<Identity> {
  const {
    folder,
    isLocal,
    isPortGiven,
    isHostGiven,
    isOpen,
    isNew,
    given,
    tokenFile,
    files = nodeFiles,
    warn,
  } = setup;
  const { port: last, host: lastHost, tls: lastTls, certificate, ...known } = readSecrets(folder, warn);
  const options = withLastTls(setup.options, lastTls, warn);
  warnOfClosedHost({ host: options.host, isGiven: isHostGiven }, lastHost, warn);
  const kept = isNew ? {} : { ...known, ...workerTokenIn(tokenFile) };
  if (isNew && given.worker !== undefined) {
    warn('--new-token makes none for workers: LOCKSTEP_TOKEN sets theirs');
  }
  const tokens = chooseTokens({ isLoopback: isLocal, isOpen, given, kept });
  const tls = await tlsOf(options, folder, { kept: certificate, warn });
  return {
    tokens,
    tls,
    ports: portsOf({ given: options.port, isGiven: isPortGiven, last }),
    async keep(port = last) {
      await keepCertificate(tls, files);
      if (tokenFile !== undefined && tokens.worker !== undefined && given.worker === undefined) {
        await writeTokenFile(tokenFile, tokens.worker);
      }
      const ofCertificate = tls?.made ?? certificate;
      const secrets = {
        ...kept,
        ...madeHere(tokens, given),
        ...(ofCertificate === undefined ? {} : { certificate: ofCertificate }),
        ...(port === undefined ? {} : { port }),
        ...{ host: options.host, tls: keptTlsOf(options) },
      };
      // A run does not depend on it: its next start makes others.
      await writeSecrets(folder, secrets, files).catch((error: unknown) =>
        warn(`the tokens of this start end with it: ${(error as Error).message}`),
      );
    },
  };
}

/** @throws {CommandError} exit 2 when the file holds something that is no secret */
function workerTokenIn(file: string | undefined): GivenTokens {
  const worker = file === undefined ? undefined : checkedToken(`the file ${file}`, readTokenFile(file));
  return worker === undefined ? {} : { worker };
}

const ROLES = ['worker', 'viewer', 'admin'] as const;

/** Those tokens that nobody gave. */
const madeHere = (tokens: RunTokens, given: GivenTokens): GivenTokens =>
  Object.fromEntries(
    ROLES.filter((role) => tokens[role] !== undefined && given[role] === undefined).map((role) => [
      role,
      tokens[role],
    ]),
  );
