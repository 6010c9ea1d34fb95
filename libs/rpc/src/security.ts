import { ChannelCredentials, experimental, ServerCredentials } from '@grpc/grpc-js';
import { isLoopback } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import { Certificates } from './certificates.ts';

/** How a listener is protected: settings of its process, files in PEM, empty for none. */
export interface ListenerSecurity {
  readonly tlsCert: string;
  readonly tlsKey: string;
  /** Callers must show a certificate of this authority. */
  readonly tlsClientCa?: string;
  readonly allowPlaintext: boolean;
}

/** How calls to other services are protected: settings of the caller, files in PEM, empty for none. */
export interface PeerSecurity {
  /** Whose certificates are believed; with it calls go over TLS. */
  readonly peersCa: string;
  /** What the caller shows. */
  readonly peersCert: string;
  readonly peersKey: string;
  readonly allowPlaintext: boolean;
}

/**
 * The certificates of a listener on `host:port`; undefined where it is to speak plaintext, which only loopback addresses do unasked.
 * Throws an Error for people, which calls the address by the name of its setting.
 */
export function listenerCertificates(
  listen: string,
  { tlsCert, tlsKey, tlsClientCa = '', allowPlaintext }: ListenerSecurity,
  logger: Logger,
  setting = 'MUSTER_LISTEN',
): Certificates | undefined {
  requireBoth({ MUSTER_TLS_CERT: tlsCert, MUSTER_TLS_KEY: tlsKey });
  if (tlsCert !== '') {
    return new Certificates(
      { cert: tlsCert, key: tlsKey, ...(tlsClientCa === '' ? {} : { ca: tlsClientCa }) },
      { logger },
    );
  }
  if (tlsClientCa !== '') {
    throw new Error('MUSTER_TLS_CLIENT_CA asks callers for certificates: set MUSTER_TLS_CERT and MUSTER_TLS_KEY too');
  }
  if (!allowPlaintext && !isLoopback(listen)) {
    throw new Error(
      `${setting} is \`${listen}\`, which others can reach, and would speak plaintext: set MUSTER_TLS_CERT and MUSTER_TLS_KEY, or ` +
        'MUSTER_ALLOW_PLAINTEXT=true where something in front of it speaks TLS',
    );
  }
  return undefined;
}

/** What a gRPC listener shows and asks of callers. */
export function serverCredentials(certificates: Certificates | undefined): ServerCredentials {
  if (!certificates) return ServerCredentials.createInsecure();
  const callers = certificates.current.ca ? certificates : null;
  return experimental.createCertificateProviderServerCredentials(certificates, callers, callers !== null);
}

/** How to call `address` (`host:port`) by gRPC. Throws an Error for people. */
export function peerCredentials(address: string, security: PeerSecurity, logger: Logger): ChannelCredentials {
  const certificates = peerCertificates(address, security, logger);
  if (!certificates) return ChannelCredentials.createInsecure();
  return experimental.createCertificateProviderChannelCredentials(
    certificates,
    security.peersCert === '' ? null : certificates,
  );
}

/**
 * Whose certificates to believe at `address` (`host:port`), and what to show there; undefined where the other end speaks plaintext, which only
 * loopback addresses may unasked. Throws an Error for people.
 */
export function peerCertificates(address: string, security: PeerSecurity, logger: Logger): Certificates | undefined {
  const { peersCa: ca, peersCert: cert, peersKey: key, allowPlaintext } = security;
  requireBoth({ MUSTER_PEERS_CERT: cert, MUSTER_PEERS_KEY: key });
  if (ca !== '') return new Certificates({ ca, ...(cert === '' ? {} : { cert, key }) }, { logger });
  if (cert !== '') throw new Error('MUSTER_PEERS_CERT is for calls over TLS: set MUSTER_PEERS_CA too');
  if (!allowPlaintext && !isLoopback(address)) {
    throw new Error(
      `calls to \`${address}\` would carry tokens in plaintext over a network: set MUSTER_PEERS_CA to the file with the authority of ` +
        'its certificate, or MUSTER_ALLOW_PLAINTEXT=true where something else protects them',
    );
  }
  return undefined;
}

function requireBoth(settings: Readonly<Record<string, string>>): void {
  const set = Object.values(settings).filter((value) => value !== '');
  if (set.length === 1) throw new Error(`${Object.keys(settings).join(' and ')} belong together: set both or neither`);
}
