/**
 * Every NATS subject of Muster. The server itself stamps who speaks: agents live in their tenant's NATS account, whose
 * imports put the account's key into the second token of what the services see (`account_token_position`).
 */

/** What agents say. */
export type UpKind = 'hello' | 'heartbeat' | 'start' | 'output' | 'result';
/** What the services say to one session of an agent. */
export type DownKind = 'task' | 'cancel' | 'fin';
/** What agents say about open shells. */
export type SessionUpKind = 'report' | 'held';
/** What session-svc says about them. */
export type SessionDownKind = 'open' | 'message' | 'sync';
/** In the place of a session's id: about all of them. */
export const ALL_SESSIONS = 'all';
/** The services that publish events. */
export type EventSource = 'iam' | 'command' | 'invocation' | 'session';

/** Names in subjects are made by the server; anything else is refused before it reaches a subject. */
function token(text: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Error(`not a subject token: ${JSON.stringify(text)}`);
  return text;
}

/** As agents write it: `up.<instance>.<kind>`. */
export function agentUp(instanceId: string, kind: UpKind): string {
  return `up.${token(instanceId)}.${kind}`;
}

/** As an agent's session hears it: `down.<instance>.s<epoch>.*`. */
export function agentDownOfSession(instanceId: string, epoch: bigint): string {
  return `down.${token(instanceId)}.s${epoch}.*`;
}

/** Heard by an agent in every session: the request to say hello again. */
export function agentSync(instanceId: string): string {
  return `down.${token(instanceId)}.sync`;
}

/** As services hear agents of every tenant: `up.*.*.<kind>`. */
export function serviceUp(kind: UpKind): string {
  return `up.*.*.${kind}`;
}

/** Replicas of a service share what agents say in this queue group. */
export const SERVICE_QUEUE = 'svc';

/** Who spoke, from a subject that `serviceUp` matched. */
export function speakerOf(subject: string): { tenant: string; instanceId: string } {
  const [, tenant, instanceId] = subject.split('.');
  return { tenant: tenant!, instanceId: instanceId! };
}

/** As services speak to one session of an agent: `down.<tenant>.<instance>.s<epoch>.<kind>`. */
export function serviceDown(to: { tenant: string; instanceId: string; epoch: bigint }, kind: DownKind): string {
  return `down.${token(to.tenant)}.${token(to.instanceId)}.s${to.epoch}.${kind}`;
}

/** As services speak to an agent whatever its session. */
export function serviceSync(to: { tenant: string; instanceId: string }): string {
  return `down.${token(to.tenant)}.${token(to.instanceId)}.sync`;
}

/** The last token of a subject that `agentDownOfSession` matched. */
export function downKindOf(subject: string): DownKind {
  return subject.slice(subject.lastIndexOf('.') + 1) as DownKind;
}

/** As an agent speaks about one of its shells: `up.<instance>.session.<id>.<kind>`. */
export function agentSessionUp(instanceId: string, sessionId: string, kind: SessionUpKind): string {
  return `up.${token(instanceId)}.session.${token(sessionId)}.${kind}`;
}

/** As an agent hears about all of its shells: `down.<instance>.session.*.*`. */
export function agentSessionsDown(instanceId: string): string {
  return `down.${token(instanceId)}.session.*.*`;
}

/** As session-svc hears agents of every tenant: `up.*.*.session.*.<kind>`. Longer than any other subject of theirs, so nobody else hears it. */
export function serviceSessionUp(kind: SessionUpKind): string {
  return `up.*.*.session.*.${kind}`;
}

/** As session-svc speaks about one shell: `down.<tenant>.<instance>.session.<id>.<kind>`. */
export function serviceSessionDown(
  to: { tenant: string; instanceId: string; sessionId: string },
  kind: SessionDownKind,
): string {
  return `down.${token(to.tenant)}.${token(to.instanceId)}.session.${token(to.sessionId)}.${kind}`;
}

/** Which shell it is about, and what is said: the last two tokens of a subject of sessions. */
export function sessionOf(subject: string): { sessionId: string; kind: string } {
  const [kind, sessionId] = subject.split('.').reverse();
  return { sessionId: sessionId!, kind: kind! };
}

/** A domain event: `evt.<service>.<noun>.<verb>`. */
export function event(source: EventSource, noun: string, verb: string): string {
  return `evt.${source}.${token(noun)}.${token(verb)}`;
}

/** Tells that something may be decided otherwise now; every service with open streams listens. */
export const PERMISSIONS_CHANGED = event('iam', 'permissions', 'changed');

/** The JetStream stream that keeps events, and what it listens to. */
export const EVENT_STREAM = { name: 'EVT', subjects: ['evt.>'] } as const;

/** Where the NATS server takes new account claims. */
export const CLAIMS_UPDATE = '$SYS.REQ.CLAIMS.UPDATE';

/** Where the NATS server tells that a client of any account has gone. */
export const CLIENT_DISCONNECTED = '$SYS.ACCOUNT.*.DISCONNECT';

/** The inbox prefix of a service, its own. */
export function serviceInbox(name: string): string {
  return `_INBOX_${token(name)}`;
}

/** The inbox prefix of an agent, its own. */
export function agentInbox(instanceId: string): string {
  return `_INBOX_agent.${token(instanceId)}`;
}
