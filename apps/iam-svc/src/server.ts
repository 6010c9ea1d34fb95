import { join } from 'node:path';
import { serviceBusInBackground } from '@muster/bus';
import {
  AccountService,
  AnalysisService,
  AuditService,
  AuthorizationService,
  DelegationService,
  GroupService,
  IamService,
  PolicyService,
  RoleService,
  SignatureService,
  TokenService,
} from '@muster/contract';
import { openStore, type Publish, startOutboxRelay, watchStore } from '@muster/db';
import type { Clock } from '@muster/kernel';
import { openMetrics } from '@muster/metrics';
import { bind, keepHealthTrue, loadServiceKeys, RateLimiter, startRpcServer } from '@muster/rpc';
import { createLogger, type Logger } from '@muster/telemetry';
import type { Kysely } from 'kysely';
import { firstStart, type Keyring, openKeyring, rootCredentialsFile } from './accounts/first-start.ts';
import type { Config } from './config.ts';
import type { IamContext } from './context.ts';
import { UsedSignatures } from './credentials/used-signatures.ts';
import { BearerTokens } from './crypto/bearer-tokens.ts';
import { TemporaryKeys } from './crypto/temporary-keys.ts';
import { decidedWrite } from './decide/decided-write.ts';
import { decisions } from './decide/decisions.ts';
import { localAuthorizer } from './decide/local-authorizer.ts';
import { ExplainedPolicies } from './explain/explained-policies.ts';
import {
  accountHandlers,
  analysisHandlers,
  auditHandlers,
  authorizationHandlers,
  delegationHandlers,
  groupHandlers,
  iamHandlers,
  policyHandlers,
  roleHandlers,
  signatureHandlers,
  tokenHandlers,
} from './handlers/index.ts';
import { AccessKeyReader } from './store/access-key-store.ts';
import { AccountReader } from './store/account-store.ts';
import { AttachmentReader } from './store/attachment-store.ts';
import { CollaboratorReader } from './store/collaborator-store.ts';
import { GranteeReader } from './store/grantee-store.ts';
import { GroupReader } from './store/group-store.ts';
import { IamWriters } from './store/iam-writers.ts';
import { KeyringStore } from './store/keyring-store.ts';
import { MessageReceiverReader } from './store/message-receiver-store.ts';
import { migrations } from './store/migrations/index.ts';
import { PolicyReader } from './store/policy-store.ts';
import { RightsReader } from './store/rights-store.ts';
import { RoleReader } from './store/role-store.ts';
import type { IamSchema } from './store/schema.ts';
import { TagReader } from './store/tag-store.ts';
import { UsedSignatureStore } from './store/used-signature-store.ts';
import { UserReader } from './store/user-store.ts';
import { startUsageFlush } from './timers/flush-usage.ts';
import { startPurge } from './timers/purge.ts';

const NAME = 'iam-svc';

/** The running service. */
export interface IamServer extends AsyncDisposable {
  /** `host:port` with the real port. */
  readonly address: string;
  /** The file that the first start wrote the root's access key and password into. */
  readonly rootCredentialsFile: string;
}

/** Stand-ins for the doors to the outside. */
export interface Overrides {
  readonly publish?: Publish;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Starts everything that the service is made of, in order; disposing the result stops it in reverse. */
export async function startIamServer(config: Config, overrides: Overrides = {}): Promise<IamServer> {
  await using starting = new AsyncDisposableStack();
  const logger = overrides.logger ?? createLogger(NAME, config.logLevel);
  const clock = overrides.clock ?? { now: Date.now };
  const db = await openStore<IamSchema>({ file: join(config.dataDir, 'iam.db'), migrations });
  starting.defer(() => db.destroy());
  const store = starting.use(watchStore(db, { logger }));
  const keyring = await prepareKeyring(db, config, { clock, logger });
  const publish = overrides.publish ?? (await busPublisher(config, logger, starting));
  const relay = starting.use(
    startOutboxRelay(db, publish, { onError: (error) => logger.warn({ err: error }, 'events wait for the bus') }),
  );
  const state = { policies: new PolicyReader(db), roles: new RoleReader(db), tags: new TagReader(db) };
  const serviceKeys = await loadServiceKeys(config.serviceKeysDir);
  const bearerTokens = new BearerTokens(keyring.tokenKey);
  const { vault } = keyring;
  const { decider, stamp, ...recording } = decisions({
    ...{ db, state, vault, bearerTokens, serviceKeys, clock, logger },
  });
  const commit: IamContext['commit'] = async (work) => {
    const result = await inTransaction(db, work).finally(() => stamp.bump());
    relay.kick();
    return result;
  };
  const context: IamContext = {
    accounts: new AccountReader(db),
    users: new UserReader(db),
    collaborators: new CollaboratorReader(db),
    receivers: new MessageReceiverReader(db),
    keys: new AccessKeyReader(db),
    grantees: new GranteeReader(db),
    groups: new GroupReader(db),
    policies: state.policies,
    roles: state.roles,
    attachments: new AttachmentReader(db),
    tags: state.tags,
    rights: new RightsReader(db),
    explained: new ExplainedPolicies(state.policies),
    commit,
    write: decidedWrite({ commit, decider }),
    decider,
    ...recording,
    vault,
    bearerTokens,
    temporaryKeys: new TemporaryKeys(vault),
    usedSignatures: new UsedSignatures(new UsedSignatureStore(db)),
    strictSignatures: config.strictSignatures,
    clock,
    region: config.region,
    quotas: config,
    lifetimes: { exchange: config.exchangeSeconds * 1_000, console: config.consoleSeconds * 1_000 },
  };
  starting.use(startUsageFlush(recording.usage));
  starting.use(startPurge({ commit, clock, logger }));
  const services = [
    bind(AuthorizationService, authorizationHandlers(context)),
    bind(DelegationService, delegationHandlers(context)),
    bind(SignatureService, signatureHandlers(context)),
    bind(AnalysisService, analysisHandlers(context)),
    bind(AuditService, auditHandlers(context)),
    bind(TokenService, tokenHandlers(context)),
    bind(IamService, iamHandlers(context)),
    bind(AccountService, accountHandlers(context)),
    bind(GroupService, groupHandlers(context)),
    bind(PolicyService, policyHandlers(context)),
    bind(RoleService, roleHandlers(context)),
  ];
  const metrics = starting.use(await openMetrics(config, logger));
  const server = starting.use(
    await startRpcServer({
      listen: config.listen,
      security: config,
      reflection: config.reflection,
      services,
      guard: {
        authorizer: localAuthorizer(decider),
        region: config.region,
        serviceKeys,
        limiter: new RateLimiter(config),
      },
      observe: metrics.calls,
      logger,
    }),
  );
  starting.use(
    keepHealthTrue(server.health, {
      services: services.map(({ service }) => service),
      logger,
      // not the bus: events wait in the outbox
      dependencies: [{ name: 'the store', check: () => store.writable }],
    }),
  );
  const running = starting.move();
  return {
    address: server.address,
    rootCredentialsFile: rootCredentialsFile(config.dataDir),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function inTransaction<R>(db: Kysely<IamSchema>, work: (writers: IamWriters) => Promise<R>): Promise<R> {
  return db.transaction().execute((trx) => work(new IamWriters(trx)));
}

async function prepareKeyring(
  db: Kysely<IamSchema>,
  config: Config,
  { clock, logger }: { clock: Clock; logger: Logger },
): Promise<Keyring> {
  const store = new KeyringStore(db);
  const existing = await openKeyring(store, config.masterKeyFile);
  if (existing) return existing;
  const made = await firstStart((work) => inTransaction(db, work), {
    masterKeyFile: config.masterKeyFile,
    dataDir: config.dataDir,
    rootUin: String(config.rootUin),
    appId: String(config.appId),
    now: clock.now(),
  });
  const file = rootCredentialsFile(config.dataDir);
  if (made)
    logger.warn({ file }, 'first start: the root access key and console password are in this file; keep it safe');
  return (await openKeyring(store, config.masterKeyFile))!;
}

async function busPublisher(config: Config, logger: Logger, starting: AsyncDisposableStack): Promise<Publish> {
  const { natsUrl: url, natsCreds: credsFile, natsCa: caFile, allowPlaintext } = config;
  const access = { url, credsFile, caFile, allowPlaintext };
  const bus = starting.use(await serviceBusInBackground({ ...access, name: NAME, logger }));
  return ({ subject, payload, messageId }) => bus.publishEvent(subject, payload, messageId);
}
