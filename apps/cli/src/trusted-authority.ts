import { readFileSync } from 'node:fs';
import { createSecureContext, setDefaultCACertificates } from 'node:tls';
import { Stop } from './stop.ts';

/** Makes this process believe the certificates of one authority and no other, for a gateway whose certificate is no public one. */
export function trustOnly(caFile: string): void {
  try {
    const authority = readFileSync(caFile, 'utf8');
    createSecureContext({ ca: authority });
    setDefaultCACertificates([authority]);
  } catch (error) {
    throw new Stop(`the authority's certificate in ${caFile} cannot be used: ${(error as Error).message}`, {
      hint: '--ca takes a PEM file',
    });
  }
}
