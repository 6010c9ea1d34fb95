import { createHmac } from 'node:crypto';
import { hostsAsSigned } from './tc3.ts';

/** The methods of version 1, by the names that `SignatureMethod` gives them. */
export const V1_METHODS = { HmacSHA1: 'sha1', HmacSHA256: 'sha256' } as const;
export type V1Method = keyof typeof V1_METHODS;

/**
 * The texts that a signature of version 1 may be over: method, host, path and all parameters but the signature, sorted by name and not encoded.
 * Clients sign the host as they were configured, with its port or without.
 */
export function v1StringsToSign(
  method: string,
  host: string,
  parameters: Iterable<readonly [name: string, value: string]>,
): string[] {
  const sorted = [...parameters]
    .filter(([name]) => name !== 'Signature')
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const text = sorted.map(([name, value]) => `${name}=${value}`).join('&');
  return hostsAsSigned(host).map((each) => `${method}${each}/?${text}`);
}

/** The signature of one of these texts, in Base64. */
export function v1Signature(secretKey: string, method: V1Method, stringToSign: string): string {
  return createHmac(V1_METHODS[method], secretKey).update(stringToSign).digest('base64');
}
