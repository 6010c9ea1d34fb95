import { rateSettings } from '@muster/rpc';
import { flag, integer, readSettings, serviceSettings, setting, text, type Values } from '@muster/telemetry';
import { DEFAULT_QUOTAS, type Quotas } from './domain/quotas.ts';

const quota = (name: keyof Quotas, env: string, what: string) =>
  setting(`MUSTER_QUOTA_${env}`, integer({ min: 1, max: 1_000_000, fallback: DEFAULT_QUOTAS[name] }), `most ${what}`);

/** How many of everything there may be. */
const quotaSettings = {
  usersInAccount: quota('usersInAccount', 'USERS', 'sub-users, collaborators and message recipients of an account'),
  groupsInAccount: quota('groupsInAccount', 'GROUPS', 'groups of an account'),
  rolesInAccount: quota('rolesInAccount', 'ROLES', 'roles of an account'),
  policiesInAccount: quota('policiesInAccount', 'POLICIES', 'custom policies of an account'),
  groupsOfUser: quota('groupsOfUser', 'GROUPS_OF_USER', 'groups that a user is in'),
  usersOfGroup: quota('usersOfGroup', 'USERS_OF_GROUP', 'users of a group'),
  policiesOfUser: quota('policiesOfUser', 'POLICIES_OF_USER', 'policies attached to a user'),
  policiesOfGroup: quota('policiesOfGroup', 'POLICIES_OF_GROUP', 'policies attached to a group'),
  policiesOfRole: quota('policiesOfRole', 'POLICIES_OF_ROLE', 'policies attached to a role'),
  versionsOfPolicy: quota('versionsOfPolicy', 'VERSIONS_OF_POLICY', 'versions of a policy that are kept'),
  keysOfUser: quota('keysOfUser', 'KEYS_OF_USER', 'access keys of a user'),
  accountsOfCollaborator: quota(
    'accountsOfCollaborator',
    'ACCOUNTS_OF_COLLABORATOR',
    'accounts that invite the same collaborator',
  ),
  tagsOfResource: quota('tagsOfResource', 'TAGS_OF_RESOURCE', 'tags of a user, group, role or policy'),
  policyCharacters: quota(
    'policyCharacters',
    'POLICY_CHARACTERS',
    "characters of a policy's JSON text without white space",
  ),
} satisfies Record<keyof Quotas, unknown>;

/** The settings of iam-svc. */
export const settings = {
  ...serviceSettings,
  ...rateSettings,
  dataDir: setting('MUSTER_DATA_DIR', text(), "folder of this service's store, iam.db, and of root-credentials.json"),
  masterKeyFile: setting(
    'MUSTER_MASTER_KEY_FILE',
    text(),
    '32 random bytes that encrypt stored secrets; made at first start, mode 0600; keep a copy apart from the store',
  ),
  rootUin: setting(
    'MUSTER_ROOT_UIN',
    integer({ min: 1, max: 999_999_999_999_999, fallback: 100_000_000_001 }),
    'uin of the root account that the first start makes',
  ),
  appId: setting(
    'MUSTER_APP_ID',
    integer({ min: 1, max: 999_999_999_999_999, fallback: 1_250_000_000 }),
    'appid of that account',
  ),
  exchangeSeconds: setting(
    'MUSTER_EXCHANGE_TOKEN_SECONDS',
    integer({ min: 60, max: 43_200, fallback: 3_600 }),
    'how long a token got for an access key lives',
  ),
  consoleSeconds: setting(
    'MUSTER_CONSOLE_TOKEN_SECONDS',
    integer({ min: 60, max: 86_400, fallback: 28_800 }),
    'how long a console login lasts',
  ),
  strictSignatures: setting(
    'MUSTER_STRICT_SIGNATURES',
    flag(),
    'whether requests signed by TC3-HMAC-SHA256 must have `x-tc-action` among their SignedHeaders (`docs/signatures.md`)',
  ),
  ...quotaSettings,
};

export type Config = Values<typeof settings>;

/** Reads the environment; throws `WrongSettings`. */
export function readConfig(): Config {
  return readSettings(settings, process.env);
}
