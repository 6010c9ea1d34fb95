import { type Kysely, sql } from 'kysely';
import { type AccountRights, holdersOf, type RightsRows } from '../domain/rights.ts';
import type { IamSchema } from './schema.ts';

/** An account and lists as JSON. */
type Row = { readonly app_id: string; readonly revision: number } & Record<
  Exclude<keyof RightsRows, 'accountUin'>,
  string
>;

/** Reads who has which rights in a whole account. */
export class RightsReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** One statement, and so one moment. */
  async ofAccount(accountUin: string): Promise<AccountRights> {
    const { rows } = await sql<Row>`
      select a.app_id, a.revision,
        (
          select json_group_array(json_array(uin, name, boundary_policy_id, active) order by name) from (
            select uin, name, boundary_policy_id, active from user
            where account_uin = a.account_uin and receives_only = 0
            union all
            select c.uin, c.name, c.boundary_policy_id, u.active from collaborator c join user u on u.uin = c.uin
            where c.account_uin = a.account_uin
          )
        ) as users,
        (
          select json_group_array(json_array(role_id, name, boundary_policy_id) order by name)
          from role where account_uin = a.account_uin
        ) as roles,
        (
          select json_group_array(json_array(cast(group_id as text), name) order by name)
          from user_group where account_uin = a.account_uin
        ) as groups,
        (
          select json_group_array(json_array(m.uin, cast(m.group_id as text)) order by g.name)
          from group_member m join user_group g on g.group_id = m.group_id where g.account_uin = a.account_uin
        ) as members,
        (
          select json_group_array(json_array(target_kind, target_id, policy_id) order by policy_id)
          from attachment where account_uin = a.account_uin
        ) as attachments,
        (
          select json_group_array(json_array(policy_id, policy_name, version))
          from policy where account_uin = a.account_uin
        ) as policies
      from account a where a.account_uin = ${accountUin}`.execute(this.#db);
    const { app_id: appId, revision, ...lists } = rows[0]!;
    const read = Object.fromEntries(Object.entries(lists).map(([name, json]) => [name, JSON.parse(json)]));
    return { accountUin, appId, revision, holders: holdersOf({ accountUin, ...read } as RightsRows) };
  }
}
