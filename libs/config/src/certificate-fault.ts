/** What a socket reports of a certificate that it does not take. */
export interface CertificateError {
  readonly code?: string;
  /** Of one that stands for other names: it. */
  readonly cert?: { readonly subjectaltname?: string };
}

type Describe = (host: string, error: CertificateError) => string;

const unsigned: Describe = (host) =>
  `nobody whom this machine trusts has signed the certificate of ${host}: start with NODE_EXTRA_CA_CERTS=FILE, ` +
  "a copy of the coordinator's certificate.pem or of its authority's certificate";

const BY_CODE: Readonly<Record<string, Describe>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unsigned,
  SELF_SIGNED_CERT_IN_CHAIN: unsigned,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unsigned,
  UNABLE_TO_GET_ISSUER_CERT: unsigned,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unsigned,
  CERT_UNTRUSTED: unsigned,
  CERT_SIGNATURE_FAILURE: unsigned,
  CERT_HAS_EXPIRED: (host) =>
    `the certificate of ${host} has expired: renew it, or set the clock of this machine`,
  CERT_NOT_YET_VALID: (host) =>
    `the certificate of ${host} is not valid yet: set the clock of this machine, or of the one that made it`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host, { cert }) =>
    `the certificate of ${host} stands for other names (${cert?.subjectaltname ?? 'none'}): use one of them in the address, ` +
    'or have one made for this name',
};

/**
 * What is wrong with a certificate, and what to do; undefined where `error` is of something else.
 * @param host for people, with the port
 */
export const describeCertificateFault = (error: CertificateError, host: string): string | undefined =>
  BY_CODE[error.code ?? '']?.(host, error);
