export { copyStore, isOpenElsewhere, noteRestoration, readStore, type StoreFacts } from './backup.ts';
export {
  answeredBefore,
  CLIENT_TOKEN_LIFE_MS,
  type ClientTokenTable,
  checkClientToken,
  clientTokenMigration,
  forgetClientTokens,
  once,
  type Repetition,
  type TokenedRequest,
  type WithClientTokens,
} from './client-tokens.ts';
export { type GroupCommit, groupCommit, type Work } from './group-commit.ts';
export { foreignCommits, type Migrations, migrationsDone, type OpenOptions, openStore } from './open.ts';
export {
  addToOutbox,
  type OutboxMessage,
  type OutboxRelay,
  type OutboxTable,
  outboxMigration,
  type Publish,
  removeFromOutbox,
  startOutboxRelay,
  type WithOutbox,
} from './outbox.ts';
export { type PlanColumns, planFilter } from './plan-filter.ts';
export { StoreUnavailable } from './store-faults.ts';
export { type StoreWatch, watchStore } from './store-state.ts';
export { hasTag, type TagColumns, type WantedTag } from './tag-filter.ts';
export {
  requireSameVault,
  type VaultCheckTable,
  vaultCheckMigration,
  vaultOf,
  type WithVaultCheck,
} from './vault-check.ts';
