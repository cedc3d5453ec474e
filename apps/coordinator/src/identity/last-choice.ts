import type { DashboardOptions } from '@lockstep/config';
import { isLoopback } from '../addresses.ts';

/** How a coordinator spoke TLS: with a certificate that it made, or with one that it was given. */
export type KeptTls = 'self-signed' | 'given';

type TlsOptions = Pick<DashboardOptions, 'tls' | 'tlsCert' | 'tlsKey'>;

/** How a start with these settings speaks TLS; undefined for not at all. */
export const keptTlsOf = ({ tls, tlsCert }: TlsOptions): KeptTls | undefined =>
  tls === 'self-signed' ? tls : tlsCert === undefined ? undefined : 'given';

/**
 * The settings of a start that says nothing of TLS are those of the run's last one, whose certificate is at hand: workers and pages that
 * wait for it do not talk to one that speaks otherwise.
 */
export function withLastTls<Options extends TlsOptions>(
  options: Options,
  last: KeptTls | undefined,
  warn: (text: string) => void,
): Options {
  const isGiven = [options.tls, options.tlsCert, options.tlsKey].some((setting) => setting !== undefined);
  if (isGiven || last === undefined) return options;
  if (last === 'self-signed') {
    warn(
      'TLS with a self-signed certificate, as in the last start of this run, by which others wait for it: ' +
        '--tls none serves without',
    );
    return { ...options, tls: 'self-signed' };
  }
  warn(
    'the last start of this run spoke TLS by --tls-cert, and this one does not: workers and pages that wait for it do not come back; ' +
      'give --tls-cert and --tls-key again, or --tls none if that is meant',
  );
  return options;
}

/**
 * Says so where the run's last start was open to other machines, and this one, which was not told where to listen, is not. It is not
 * opened again by itself: who says nothing relies on being called from this machine alone.
 */
export function warnOfClosedHost(
  { host, isGiven }: { readonly host: string; readonly isGiven: boolean },
  last: string | undefined,
  warn: (text: string) => void,
): void {
  if (isGiven || last === undefined || isLoopback(last) || !isLoopback(host)) return;
  warn(
    `the last start of this run listened on ${last}, and this one on ${host} alone: workers of other machines wait in vain; ` +
      `give --host ${last} again, or --host ${host} if that is meant`,
  );
}
