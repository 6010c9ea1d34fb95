import type { Clock } from '@muster/kernel';
import type { ServiceKeys } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { Vault } from '@muster/vault';
import type { Kysely } from 'kysely';
import { Audit } from '../audit/audit.ts';
import { Seals } from '../audit/chain.ts';
import { AuditTrail } from '../audit/trail.ts';
import { Usage } from '../audit/usage.ts';
import type { BearerTokens } from '../crypto/bearer-tokens.ts';
import { AccountReader } from '../store/account-store.ts';
import { AuditReader } from '../store/audit-store.ts';
import { EntityStamp } from '../store/entity-stamp.ts';
import { LastUsedStore } from '../store/last-used-store.ts';
import { PrincipalReader } from '../store/principal-store.ts';
import type { IamSchema } from '../store/schema.ts';
import { CompiledPolicies } from './compiled-policies.ts';
import { CompiledPrincipals } from './compiled-principals.ts';
import { Decider, type State } from './decider.ts';
import { Identities } from './identities.ts';

/** What decisions are made with. */
export interface DecisionParts {
  readonly db: Kysely<IamSchema>;
  readonly state: Pick<State, 'policies' | 'roles' | 'tags'>;
  readonly vault: Vault;
  readonly bearerTokens: BearerTokens;
  readonly serviceKeys: ServiceKeys;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Everything that decides and puts on record, made from its parts. */
export function decisions({ db, state, vault, bearerTokens, serviceKeys, clock, logger }: DecisionParts) {
  const stamp = new EntityStamp(db);
  const seals = new Seals(vault.derive('audit-head'));
  const lastUsed = new LastUsedStore(db);
  const usage = new Usage(lastUsed, logger);
  const audit = new Audit({
    trail: new AuditTrail({ db, seals, logger }),
    usage,
    accounts: new AccountReader(db),
    clock,
  });
  const policies = new CompiledPolicies((ref, error) =>
    logger.error({ err: error, ...ref }, 'a stored policy cannot be read; it denies everything'),
  );
  const decider = new Decider({
    state: { ...state, principals: new Identities(new PrincipalReader(db), stamp) },
    bearerTokens,
    serviceKeys,
    principals: new CompiledPrincipals(policies),
    audit,
    clock,
    logger,
  });
  return { decider, audit, auditRecords: new AuditReader(db), seals, usage, lastUsed, stamp };
}
