import { type Kysely, sql } from 'kysely';
import type { IamSchema } from './schema.ts';

/** Reads which policies are boundaries. The boundary itself stands with whoever it bounds. */
export class BoundaryReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** How many sub-users, collaborators and roles of an account a policy bounds. */
  async countBoundedBy(accountUin: string, policyId: number): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from (
        select 1 from user where account_uin = ${accountUin} and boundary_policy_id = ${policyId}
        union all select 1 from collaborator where account_uin = ${accountUin} and boundary_policy_id = ${policyId}
        union all select 1 from role where account_uin = ${accountUin} and boundary_policy_id = ${policyId}
      )`.execute(this.#db);
    return rows[0]!.count;
  }
}
