import type { SessionInstance } from '@muster/contract';
import { instanceResource } from '@muster/kernel';
import type { ResourceInit } from '@muster/rpc';
import type { Ticket } from '@muster/terminal';
import type { SessionContext } from './context.ts';
import type { Session } from './store/session-store.ts';

/** A session as decisions see it: what it is, and on which machine. */
export type DecidedSession = Pick<Session, 'instance_id' | 'kind' | 'username' | 'forward_to'>;

/** What is asked about it. */
export interface SessionQuestion {
  readonly action: string;
  /** The machine, with what is wanted of it. */
  readonly resources: readonly [ResourceInit];
}

/** A machine as the subject of a decision. */
export interface InstanceRef {
  readonly resource: string;
  readonly tags: { readonly key: string; readonly value: string }[];
}

/** A machine as the subject of a decision; one that the account does not have is decided without tags, and tells nothing. */
export function instanceRef(
  region: string,
  instanceId: string,
  known: Pick<SessionInstance, 'tags'> | undefined,
): InstanceRef {
  return {
    resource: instanceResource(region, instanceId),
    tags: (known?.tags ?? []).map(({ key, value }) => ({ key, value })),
  };
}

/** The question whether somebody may open, resume, watch or drive this session, on the machine as it is tagged now. */
export function sessionQuestion(session: DecidedSession, mode: Ticket['mode'], instance: InstanceRef): SessionQuestion {
  const { kind, username, forward_to: forwardTo } = session;
  const joins = mode === 'watch' || mode === 'drive';
  const keys =
    kind === 'FORWARD' && !joins
      ? { 'muster:forward_to': forwardTo }
      : { 'muster:os_user': username, 'muster:session_mode': joins ? mode : kind.toLowerCase() };
  const attributes = Object.entries(keys).map(([key, value]) => ({ key, values: [value] }));
  return { action: actionOf(kind, joins), resources: [{ ...instance, attributes }] };
}

/** The same, with the machine's tags fetched: for deciding again. */
export async function askAgain(
  { machines, region }: Pick<SessionContext, 'machines' | 'region'>,
  session: DecidedSession & Pick<Session, 'account_uin'>,
  mode: Ticket['mode'],
): Promise<SessionQuestion> {
  const { account_uin: accountUin, instance_id: instanceId } = session;
  const [known] = await machines.describe(accountUin, [instanceId]);
  return sessionQuestion(session, mode, instanceRef(region, instanceId, known));
}

function actionOf(kind: Session['kind'], joins: boolean): string {
  if (joins) return 'tat:JoinSession';
  return kind === 'FORWARD' ? 'tat:ForwardPort' : 'tat:StartSession';
}
