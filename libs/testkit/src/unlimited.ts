import type { Rates } from '@muster/rpc';

/** Settings of a service that may be asked as much as a test likes. */
export const UNLIMITED: Rates = {
  readsPerSecond: 0,
  writesPerSecond: 0,
  publicCallsPerSecond: 0,
  burstSeconds: 1,
  openStreams: 0,
};
