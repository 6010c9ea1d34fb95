import { invalid } from '@muster/kernel';

/** What becomes of machines whose agent is absent when a run is made. TAT knows REFUSE only. */
export type OfflinePolicy = 'REFUSE' | 'RUN_ON_RETURN' | 'SKIP';

/** How long tasks wait for absent machines at most: 30 days, in seconds. */
export const OFFLINE_EXPIRY_MAX_SECONDS = 2_592_000;
/** And when nobody says how long: a day. */
export const OFFLINE_EXPIRY_DEFAULT_SECONDS = 86_400;

/** A checked policy. */
export interface OfflineRule {
  readonly policy: OfflinePolicy;
  /** How long tasks of absent machines wait, milliseconds. */
  readonly expiryMs: number;
}

/**
 * OfflinePolicy with OfflineExpiry in whole seconds, 1 to 2592000, 86400 when not given. Refusals: InvalidParameterValue.Range,
 * InvalidParameter.ConflictParameter for an expiry with another policy than RUN_ON_RETURN.
 */
export function checkOfflineRule(policy: OfflinePolicy, expirySeconds: number | undefined): OfflineRule {
  if (expirySeconds !== undefined && policy !== 'RUN_ON_RETURN') {
    throw invalid(
      'InvalidParameter.ConflictParameter',
      'OfflineExpiry',
      `goes with OfflinePolicy RUN_ON_RETURN only, which was ${policy}`,
    );
  }
  const seconds = expirySeconds ?? OFFLINE_EXPIRY_DEFAULT_SECONDS;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= OFFLINE_EXPIRY_MAX_SECONDS) {
    return { policy, expiryMs: seconds * 1_000 };
  }
  throw invalid(
    'InvalidParameterValue.Range',
    'OfflineExpiry',
    `must be 1 to ${OFFLINE_EXPIRY_MAX_SECONDS} seconds, was ${seconds}`,
  );
}
