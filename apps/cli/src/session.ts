import type { DescService } from '@bufbuild/protobuf';
import { type Client, Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import {
  AccountService,
  AnalysisService,
  AuditService,
  CommandService,
  ErrorInfoSchema,
  GroupService,
  IamService,
  InstanceService,
  InvocationService,
  InvokerService,
  PolicyService,
  RoleService,
  SessionService,
  TokenService,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { createServiceClient } from '@muster/rpc/client';
import type { Context } from './contexts.ts';
import { persistent } from './persistent.ts';
import { Stop } from './stop.ts';
import type { CachedToken } from './token-cache.ts';
import { trustOnly } from './trusted-authority.ts';

/** Where a session's bearer token comes from. */
export interface Credentials {
  /** The token and when it ends; one without an end that is known has none. */
  token(): Promise<CachedToken>;
  /** Forgets the token; answers whether another one can be had without the user. */
  renew(): Promise<boolean>;
}

/** Every unary call is given up after this long. */
const DEADLINE_MS = 30_000;

/** The gateway's services, called as one principal. Failures are Refusals wherever the gateway gave a code. */
export interface Session {
  readonly url: string;
  /** File with the authority of its certificate, when that is no public one. */
  readonly ca: string | undefined;
  readonly tokens: Client<typeof TokenService>;
  readonly commands: Client<typeof CommandService>;
  readonly invocations: Client<typeof InvocationService>;
  readonly instances: Client<typeof InstanceService>;
  readonly invokers: Client<typeof InvokerService>;
  readonly iam: Client<typeof IamService>;
  readonly groups: Client<typeof GroupService>;
  readonly policies: Client<typeof PolicyService>;
  readonly roles: Client<typeof RoleService>;
  readonly accounts: Client<typeof AccountService>;
  readonly analysis: Client<typeof AnalysisService>;
  readonly audit: Client<typeof AuditService>;
  /** Terminals on machines and their recordings. */
  readonly shells: Client<typeof SessionService>;
  /** The bearer token of every call, for what is no call. */
  token(): Promise<CachedToken>;
  /** Forgets a token that the gateway no longer takes; answers whether another one can be had. */
  renew(): Promise<boolean>;
}

/** Opens a session; nothing is sent before the first call. */
export function openSession({ url, ca }: Pick<Context, 'url' | 'ca'>, credentials: Credentials): Session {
  if (ca !== undefined) trustOnly(ca);
  const transport = createConnectTransport({
    baseUrl: url,
    httpVersion: '1.1',
    interceptors: [reaching(url), authenticated(credentials)],
  });
  const { token, renew } = credentials;
  return { url, ca, token, renew, ...clients(transport) };
}

/** Clients of the services that need no credential yet. */
export function openPublic({ url, ca }: Pick<Context, 'url' | 'ca'>): Client<typeof TokenService> {
  if (ca !== undefined) trustOnly(ca);
  return client(
    TokenService,
    createConnectTransport({ baseUrl: url, httpVersion: '1.1', interceptors: [reaching(url)] }),
  );
}

function clients(transport: Transport) {
  return {
    tokens: client(TokenService, transport),
    commands: client(CommandService, transport),
    invocations: client(InvocationService, transport),
    instances: client(InstanceService, transport),
    invokers: client(InvokerService, transport),
    iam: client(IamService, transport),
    groups: client(GroupService, transport),
    policies: client(PolicyService, transport),
    roles: client(RoleService, transport),
    accounts: client(AccountService, transport),
    analysis: client(AnalysisService, transport),
    audit: client(AuditService, transport),
    shells: client(SessionService, transport),
  };
}

function client<S extends DescService>(service: S, transport: Transport): Client<S> {
  return persistent(service, createServiceClient(service, transport, { timeoutMs: DEADLINE_MS }));
}

/** Sends the token; once more with a new one when the gateway does not take it, for keys outlive tokens. */
function authenticated(credentials: Credentials): Interceptor {
  return (next) => async (request) => {
    request.header.set('authorization', `Bearer ${(await credentials.token()).token}`);
    try {
      return await next(request);
    } catch (error) {
      const refused = ConnectError.from(error).code === Code.Unauthenticated;
      if (!refused || request.stream || !(await credentials.renew())) throw error;
      request.header.set('authorization', `Bearer ${(await credentials.token()).token}`);
      return next(request);
    }
  };
}

/** Says where nobody answered, which the transport's own words do not. */
function reaching(url: string): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      const failed = ConnectError.from(error);
      const inWords = failed.cause instanceof Refusal || failed.cause instanceof Stop;
      if (inWords || failed.findDetails(ErrorInfoSchema).length > 0) throw error;
      if (failed.code === Code.Unimplemented) {
        const stop = new Stop(`${url} does not speak Muster`, { hint: 'is it the URL of the gateway?' });
        throw new ConnectError(stop.message, Code.Unknown, undefined, undefined, stop);
      }
      const word = wordFor(failed);
      if (word === undefined) throw error;
      // as the cause of an Unknown one, for the codes of transports are put into general words further up
      const refusal = new Refusal('unavailable', 'ServiceUnavailable', `${url} ${word}`);
      throw new ConnectError(word, Code.Unknown, undefined, undefined, refusal);
    }
  };
}

const UNKNOWN_AUTHORITY = 'shows a certificate of an authority that is not known here: see --ca of `muster login`';

const SYSTEM_WORDS: Record<string, string> = {
  ECONNREFUSED: 'does not answer: nobody listens there',
  ENOTFOUND: 'does not answer: the host name is unknown',
  EAI_AGAIN: 'does not answer: the host name cannot be looked up',
  EHOSTUNREACH: 'does not answer: there is no way to the host',
  ENETUNREACH: 'does not answer: there is no way to the network',
  ETIMEDOUT: 'does not answer in time',
  ECONNRESET: 'closed the connection',
  EPROTO: 'does not speak TLS',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate for another name',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
};

function wordFor(failed: ConnectError): string | undefined {
  const code = (failed.cause as NodeJS.ErrnoException | undefined)?.code;
  if (code !== undefined && SYSTEM_WORDS[code]) return SYSTEM_WORDS[code];
  if (failed.code === Code.DeadlineExceeded) return `did not answer within ${DEADLINE_MS / 1000}s`;
  if (failed.code === Code.Unavailable) return 'is not available';
  return undefined;
}
