import type { Call, ResourceInit } from '@muster/rpc';

/**
 * Which of the resources that a Describe call found the caller may see. Where the call names what it wants, all of it must be allowed:
 * leaving out what is denied would pass for its absence. Refusal: CamAuthFailed.
 */
export async function decideOnFound(
  call: Call,
  resources: readonly ResourceInit[],
  { named }: { readonly named: boolean },
): Promise<boolean[]> {
  if (!named || resources.length === 0) return call.allowed(resources);
  await call.authorize(resources);
  return resources.map(() => true);
}
