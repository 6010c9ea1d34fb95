import type { Call, ResourceInit } from '@muster/rpc';

/** Those of a list that its caller may see. */
export async function visible<T>(all: readonly T[], call: Call, subjectOf: (one: T) => ResourceInit): Promise<T[]> {
  const allowed = await call.allowed(all.map(subjectOf));
  return all.filter((_, i) => allowed[i]);
}
