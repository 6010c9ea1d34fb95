import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type IssuedCertificate, type ThrowAwayAuthority, throwAwayAuthority } from '@muster/testkit';

/** Everything about TLS between the parts of one constellation. */
export interface ConstellationTls {
  readonly caFile: string;
  /** What nats-server shows. */
  readonly bus: IssuedCertificate & { readonly caFile: string };
  /** The settings of a service or the gateway. */
  settingsOf(name: string): Readonly<Record<string, string>>;
}

/** Makes certificates for all parts, once, and lets this process believe them. Services ask each other for theirs. */
export function constellationTls(folder: string): ConstellationTls {
  const authority = throwAwayAuthority(join(folder, 'tls'));
  const { caFile } = authority;
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caFile, 'utf8')]);
  return {
    caFile,
    bus: { ...authority.issue('nats-server'), caFile },
    settingsOf: (name) => settingsOf(authority, name),
  };
}

function settingsOf({ caFile, issue }: ThrowAwayAuthority, name: string): Readonly<Record<string, string>> {
  const own = issue(name);
  return {
    MUSTER_TLS_CERT: own.certFile,
    MUSTER_TLS_KEY: own.keyFile,
    ...(name === 'gateway' ? {} : { MUSTER_TLS_CLIENT_CA: caFile, MUSTER_NATS_CA: caFile }),
    MUSTER_PEERS_CA: caFile,
    MUSTER_PEERS_CERT: own.certFile,
    MUSTER_PEERS_KEY: own.keyFile,
  };
}
