import type { SessionInstance } from '@muster/contract';
import type { ResourceInit } from '@muster/rpc';
import { instanceRef } from '../decision-subjects.ts';

/** A recording as decisions see it: its machine as that is tagged now, and the user of the operating system of then. */
export function recordingRef(
  region: string,
  { instance_id: instanceId, username }: { readonly instance_id: string; readonly username: string },
  known: Pick<SessionInstance, 'tags'> | undefined,
): ResourceInit {
  const attributes = [{ key: 'muster:os_user', values: [username] }];
  return { ...instanceRef(region, instanceId, known), attributes };
}
