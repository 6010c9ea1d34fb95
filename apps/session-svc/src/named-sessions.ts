import type { Call } from '@muster/rpc';
import type { SessionContext } from './context.ts';
import { instanceRef } from './decision-subjects.ts';
import type { Session } from './store/session-store.ts';

/** Decides a call on the machines of these sessions (at most 1000), each once and as it is tagged now. Refusal: CamAuthFailed. */
export async function authorizeInstances(
  { machines, region }: Pick<SessionContext, 'machines' | 'region'>,
  call: Call,
  sessions: readonly Pick<Session, 'instance_id'>[],
): Promise<void> {
  const ids = [...new Set(sessions.map((session) => session.instance_id))];
  const known = await machines.describe(call.caller.accountUin, ids);
  const byId = new Map(known.map((instance) => [instance.instanceId, instance]));
  await call.authorize(ids.map((id) => instanceRef(region, id, byId.get(id))));
}
