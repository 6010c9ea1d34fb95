import { Refusal } from '@muster/kernel';

/** The numbers of a policy's versions that are kept, and which is in force. */
export interface KeptVersions {
  readonly inForce: number;
  readonly versions: readonly number[];
}

/** Which versions make room for a new one that is to be in force at once: the oldest, those in force last of all. */
export function outdated({ inForce, versions }: KeptVersions, most: number): number[] {
  const oldestFirst = versions.filter((version) => version !== inForce).toSorted((a, b) => a - b);
  return [...oldestFirst, inForce].slice(0, Math.max(0, versions.length + 1 - most));
}

/** Passes when a version may be deleted: whoever has the policy needs the one in force. */
export function requireNotInForce({ inForce }: Pick<KeptVersions, 'inForce'>, version: number): void {
  if (version !== inForce) return;
  const message = `version ${version} is in force; put another one in force first`;
  throw new Refusal('conflict', 'FailedOperation.PolicyVersionAlreadyDefault', message, { field: 'VersionId' });
}
