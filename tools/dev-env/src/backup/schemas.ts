import { migrations as commandMigrations } from '@muster/command-svc/migrations';
import { migrations as iamMigrations } from '@muster/iam-svc/migrations';
import { migrations as invocationMigrations } from '@muster/invocation-svc/migrations';
import { migrations as sessionMigrations } from '@muster/session-svc/migrations';
import { newKey, Vault } from '@muster/vault';

/** The migrations that this version knows for a store, by the name of its file. */
export function knownMigrations(store: string): readonly string[] {
  // only their names are asked for: nothing is sealed with this key
  const vault = new Vault(newKey());
  const known: Readonly<Record<string, object>> = {
    'iam.db': iamMigrations,
    'command.db': commandMigrations(vault),
    'invocation.db': invocationMigrations(vault),
    'session.db': sessionMigrations,
  };
  return Object.keys(known[store] ?? {});
}
