import { encodeAccount, encodeOperator, encodeUser, newScopedSigner } from '@nats-io/jwt';
import { type KeyPair, Prefix } from '@nats-io/nkeys';
import { nativeKeyOf, newNativeKey } from './native-key.ts';
import { CLAIMS_UPDATE, CLIENT_DISCONNECTED, EVENT_STREAM, PERMISSIONS_CHANGED, serviceInbox } from './subjects.ts';

/** An nkey of an operator, an account or a user. */
export type BusKey = KeyPair;

/** A new key for a NATS account, or for signing in its name. */
export function newAccountKey(): BusKey {
  return newNativeKey(Prefix.Account);
}

/** A new key for somebody who connects. */
export function newUserKey(): BusKey {
  return newNativeKey(Prefix.User);
}

/** A seed (`S…`, secret) as a key. */
export function keyOf(seed: string): BusKey {
  return nativeKeyOf(seed);
}

/** The secret form of a key, for files of mode 0600 only. */
export function seedOf(key: BusKey): string {
  return new TextDecoder().decode(key.getSeed());
}

/** What one user of the services' account may do. */
export interface ServicePermissions {
  readonly pub: readonly string[];
  readonly sub: readonly string[];
}

/** Exactly what each service needs; nobody has `>`, and no service may answer anywhere but on `_R_.` replies. */
export const SERVICE_PERMISSIONS: Readonly<Record<string, ServicePermissions>> = {
  'iam-svc': { pub: ['evt.iam.>'], sub: [`${serviceInbox('iam-svc')}.>`] },
  'command-svc': { pub: ['evt.command.>'], sub: [`${serviceInbox('command-svc')}.>`] },
  'invocation-svc': {
    // as long as its own subjects are: those of sessions are longer
    pub: ['evt.invocation.>', 'down.*.*.sync', 'down.*.*.*.*', '_R_.>'],
    sub: ['up.*.*.*', PERMISSIONS_CHANGED, `${serviceInbox('invocation-svc')}.>`],
  },
  'session-svc': {
    pub: ['evt.session.>', 'down.*.*.session.*.*'],
    sub: ['up.*.*.session.*.*', PERMISSIONS_CHANGED, `${serviceInbox('session-svc')}.>`],
  },
};

/** In the events' account: makes the stream once, when an installation is set up. */
export const SETUP_PERMISSIONS: ServicePermissions = {
  pub: ['CREATE', 'UPDATE', 'INFO'].map((verb) => `$JS.API.STREAM.${verb}.${EVENT_STREAM.name}`),
  sub: [`${serviceInbox('setup')}.>`],
};

/** What invocation-svc may do in the system account: hand in tenants' claims and hear of agents that went away. */
export const CONTROL_PERMISSIONS: ServicePermissions = {
  pub: [CLAIMS_UPDATE],
  sub: [CLIENT_DISCONNECTED, `${serviceInbox('control')}.>`],
};

const UNLIMITED = -1;
const PLAIN_LIMITS = {
  imports: UNLIMITED,
  exports: UNLIMITED,
  wildcards: true,
  subs: UNLIMITED,
  data: UNLIMITED,
  payload: UNLIMITED,
};

const NO_STREAMS = { mem_storage: 0, disk_storage: 0, streams: 0, consumer: 0 };

/** The operator: signs accounts with its signing key, so that its own key can stay offline. */
export function operatorJwt(keys: { operator: KeyPair; signing: KeyPair; system: KeyPair }): Promise<string> {
  return encodeOperator('muster', keys.operator, {
    signing_keys: [keys.signing.getPublicKey()],
    system_account: keys.system.getPublicKey(),
  });
}

/** The system account. */
export function systemAccountJwt(system: KeyPair, operatorSigning: KeyPair): Promise<string> {
  return encodeAccount(
    'SYS',
    system,
    { limits: { ...PLAIN_LIMITS, conn: UNLIMITED, leaf: UNLIMITED } },
    { signer: operatorSigning },
  );
}

/**
 * The account of the event stream: the only one with JetStream, and nobody but `setup` is a user of it. Events come in through
 * its export, which replaces their reply subject; where they are published beside the stream, a publisher could have its
 * receipt sent to `$JS.API.STREAM.PURGE.…` and so empty the stream without any permission to.
 */
export function eventsAccountJwt(events: BusKey, operatorSigning: BusKey): Promise<string> {
  return encodeAccount(
    'EVENTS',
    events,
    {
      exports: EVENT_STREAM.subjects.map((subject) => ({
        name: 'events',
        subject,
        type: 'service',
        response_type: 'Singleton',
      })),
      limits: {
        ...PLAIN_LIMITS,
        conn: UNLIMITED,
        leaf: 0,
        mem_storage: UNLIMITED,
        disk_storage: UNLIMITED,
        streams: UNLIMITED,
        consumer: UNLIMITED,
      },
    },
    { signer: operatorSigning },
  );
}

/** The account of all services. Its exports force the speaker's account into every subject. */
export function servicesAccountJwt(services: BusKey, eventsAccount: string, operatorSigning: BusKey): Promise<string> {
  return encodeAccount(
    'SVC',
    services,
    {
      exports: [
        { name: 'agent-up', subject: 'up.*.>', type: 'service', response_type: 'Singleton', account_token_position: 2 },
        { name: 'agent-down', subject: 'down.*.>', type: 'stream', account_token_position: 2 },
      ],
      imports: EVENT_STREAM.subjects.map((subject) => ({
        name: 'events',
        account: eventsAccount,
        subject,
        local_subject: subject,
        type: 'service',
      })),
      limits: { ...PLAIN_LIMITS, conn: UNLIMITED, leaf: 0, ...NO_STREAMS },
    },
    { signer: operatorSigning },
  );
}

/** The account of one tenant: no JetStream, agents only, and one scoped key that can sign nothing but agents. */
export function tenantAccountJwt(keys: {
  tenant: KeyPair;
  agentSigning: KeyPair;
  servicesAccount: string;
  operatorSigning: KeyPair;
  name: string;
  /** Users that are not let in any more, by public key: those of their JWTs that were issued up to then (seconds since 1970). */
  revocations: Readonly<Record<string, number>>;
}): Promise<string> {
  const id = keys.tenant.getPublicKey();
  return encodeAccount(
    keys.name,
    keys.tenant,
    {
      imports: [
        { name: 'up', account: keys.servicesAccount, subject: `up.${id}.>`, local_subject: 'up.>', type: 'service' },
        {
          name: 'down',
          account: keys.servicesAccount,
          subject: `down.${id}.>`,
          local_subject: 'down.>',
          type: 'stream',
        },
      ],
      revocations: { ...keys.revocations },
      limits: {
        ...PLAIN_LIMITS,
        exports: 0,
        conn: 20_000,
        leaf: 0,
        ...NO_STREAMS,
        disallow_bearer: true,
      },
      signing_keys: [
        newScopedSigner(keys.agentSigning, 'agent', {
          // the server replaces a macro only where it is a whole token
          pub: { allow: ['up.{{name()}}.>'] },
          sub: { allow: ['down.{{name()}}.>', '_INBOX_agent.{{name()}}.>'] },
          subs: 10,
          payload: 262_144,
          data: UNLIMITED,
          bearer_token: false,
          allowed_connection_types: ['STANDARD', 'WEBSOCKET'],
        }),
      ],
    },
    { signer: keys.operatorSigning },
  );
}

/**
 * The bus identity of one agent. Its name decides which subjects it has, so only ids that Muster made are ever signed:
 * a user named `*` would have everybody's.
 */
export function agentUserJwt(user: {
  instanceId: string;
  publicKey: string;
  tenantAccount: string;
  agentSigning: KeyPair;
  /** Seconds since 1970. */
  expires: number;
}): Promise<string> {
  if (!/^(ins|lhins|rins)-[a-z0-9]{8,32}$/.test(user.instanceId)) throw new Error('not an instance id');
  return encodeUser(
    user.instanceId,
    user.publicKey,
    user.tenantAccount,
    {},
    {
      signer: user.agentSigning,
      scopedUser: true,
      exp: user.expires,
    },
  );
}

/** The bus identity of a service. */
export function serviceUserJwt(
  name: string,
  user: KeyPair,
  account: KeyPair,
  permissions: ServicePermissions,
): Promise<string> {
  return encodeUser(name, user, account, {
    pub: { allow: [...permissions.pub] },
    sub: { allow: [...permissions.sub] },
    subs: UNLIMITED,
    data: UNLIMITED,
    payload: UNLIMITED,
    bearer_token: false,
  });
}
