import { type Kysely, sql } from 'kysely';
import type { PolicyRef, UserIdentity } from '../domain/identity.ts';
import type { IamSchema } from './schema.ts';

/** What one statement brings together about a token. */
interface TokenRow {
  readonly uin: string;
  readonly home: string;
  readonly user_name: string;
  readonly user_boundary: number | null;
  readonly account_uin: string;
  readonly app_id: string;
  readonly revision: number;
  readonly guest_name: string | null;
  readonly guest_boundary: number | null;
  readonly role_id: string | null;
  readonly role_name: string | null;
  readonly role_boundary: number | null;
  readonly session_name: string;
  readonly session_policy: string;
  readonly mfa: number;
  readonly access_key_id: string | null;
  readonly expires_at: number;
  readonly policies: string;
  readonly boundary_version: number | null;
}

/** Whose a token is. */
export interface TokenHolder {
  readonly identity: UserIdentity;
  /** When the token ends, epoch milliseconds; from then on it is nobody's. */
  readonly endsAt: number;
}

/**
 * Who is behind a credential, and every policy that counts for them. Each answer comes from one statement and so from
 * one moment.
 */
export class PrincipalReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /**
   * Whose token this is; undefined when the token was ended, its user is gone or switched off, its key is switched off, or
   * the invitation that it rests on has ended. Whether its time is up is the caller's to judge.
   */
  async ofToken(tokenId: string): Promise<TokenHolder | undefined> {
    // the policies are those of the role, or of the user and its groups; a preset is no row and has one version
    const { rows } = await sql<TokenRow>`
      select u.uin, u.account_uin as home, u.name as user_name, u.boundary_policy_id as user_boundary,
        t.account_uin, a.app_id, a.revision, c.name as guest_name, c.boundary_policy_id as guest_boundary,
        r.role_id, r.name as role_name, r.boundary_policy_id as role_boundary,
        t.session_name, t.session_policy, t.mfa, t.access_key_id, t.expires_at,
        (
          select json_group_array(json_array(h.policy_id, coalesce(p.version, 1)) order by h.policy_id)
          from (
            select distinct n.policy_id from attachment n
            where n.account_uin = t.account_uin and (
              (n.target_kind = 'role' and n.target_id = t.role_id)
              or (t.role_id is null and n.target_kind = 'user' and n.target_id = t.uin)
              or (t.role_id is null and n.target_kind = 'group' and n.target_id in (
                select cast(m.group_id as text) from group_member m where m.uin = t.uin
              ))
            )
          ) h left join policy p on p.policy_id = h.policy_id
        ) as policies,
        (
          select p.version from policy p where p.policy_id = case
            when t.role_id is not null then r.boundary_policy_id
            when u.account_uin = t.account_uin then u.boundary_policy_id
            else c.boundary_policy_id end
        ) as boundary_version
      from token t
      join user u on u.uin = t.uin and u.active = 1
      join account a on a.account_uin = t.account_uin
      left join access_key k on k.access_key_id = t.access_key_id
      left join role r on r.role_id = t.role_id
      left join collaborator c on c.account_uin = t.account_uin and c.uin = t.uin
      where t.token_id = ${tokenId}
        and (t.access_key_id is null or k.active = 1)
        and (t.role_id is not null or u.account_uin = t.account_uin or c.uin is not null)`.execute(this.#db);
    return rows[0] && { identity: identityOf(rows[0]), endsAt: rows[0].expires_at };
  }
}

function identityOf(row: TokenRow): UserIdentity {
  return {
    kind: 'user',
    ...whoIs(row),
    accountUin: row.account_uin,
    appId: row.app_id,
    revision: row.revision,
    policies: (JSON.parse(row.policies) as [number, number][]).map(([policyId, version]) => ({ policyId, version })),
    sessionName: row.session_name,
    sessionPolicy: row.session_policy,
    mfa: row.mfa === 1,
    accessKeyId: row.access_key_id ?? undefined,
  };
}

function whoIs(row: TokenRow): Pick<UserIdentity, 'type' | 'uin' | 'name' | 'boundary'> {
  const bounded = (policyId: number | null): PolicyRef | undefined =>
    policyId === null ? undefined : { policyId, version: row.boundary_version ?? 1 };
  if (row.role_id !== null) {
    return { type: 'role', uin: row.role_id, name: row.role_name!, boundary: bounded(row.role_boundary) };
  }
  const { uin } = row;
  if (row.home !== row.account_uin) {
    return { type: 'collaborator', uin, name: row.guest_name!, boundary: bounded(row.guest_boundary) };
  }
  return { type: uin === row.home ? 'root' : 'user', uin, name: row.user_name, boundary: bounded(row.user_boundary) };
}
