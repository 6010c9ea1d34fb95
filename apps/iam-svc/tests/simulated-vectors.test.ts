import { readFileSync } from 'node:fs';
import { AnalysisService, Outcome, SubjectKind } from '@muster/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

interface Vector {
  id: string;
  caller: { uin: string; rootUin: string };
  policies: object[];
  groupPolicies?: object[][];
  boundary?: object;
  sessionPolicy?: object;
  action: string;
  resources: string[];
  resourceTags?: Record<string, Record<string, string>>;
  context?: Record<string, string | number | string[]>;
  expect: 'allow' | 'deny';
}

const file = new URL('../../../libs/policy/scenarios/cam-vectors.json', import.meta.url);
const all = (JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }).vectors;
// a session is no subject: what it may do is what its policy leaves of a role
const vectors = all.filter(({ sessionPolicy }) => sessionPolicy === undefined);

/** One service for each account of the vectors. */
const fixtures = new Map<string, Promise<Fixture>>();
const fixtureOf = (rootUin: string) => {
  const started = fixtures.get(rootUin) ?? startFixture({ rootUin: Number(rootUin) });
  fixtures.set(rootUin, started);
  return started;
};
afterAll(async () => {
  for (const fixture of fixtures.values()) await (await fixture)[Symbol.asyncDispose]();
});

let serial = 1_000;

/** Stores the vector's caller with all that counts for it, past every check: some documents could not be saved today. */
async function store({ inStore }: Fixture, { caller, policies, groupPolicies = [], boundary }: Vector): Promise<void> {
  const account_uin = caller.rootUin;
  await inStore(async (db) => {
    const times = { created_at: 0, updated_at: 0 };
    const save = async (document: object) => {
      const policy_id = serial++;
      const policy = { policy_id, account_uin, policy_name: `v${policy_id}`, description: '', version: 1, ...times };
      await db.insertInto('policy').values(policy).execute();
      const version = { policy_id, version: 1, document: JSON.stringify(document) };
      await db.insertInto('policy_version').values(version).execute();
      return policy_id;
    };
    const attach = (target_kind: 'user' | 'group', target_id: string, policy_id: number) =>
      db.insertInto('attachment').values({ account_uin, target_kind, target_id, policy_id, attached_at: 0 }).execute();
    const { uin } = caller;
    if (uin !== account_uin) {
      await db.deleteFrom('user').where('uin', '=', uin).execute();
      await db.deleteFrom('attachment').where('target_id', '=', uin).execute();
      const boundary_policy_id = boundary ? await save(boundary) : null;
      const person = { uin, account_uin, name: `u${uin}`, remark: '', password_hash: '', created_at: 0 };
      await db
        .insertInto('user')
        .values({ ...person, boundary_policy_id })
        .execute();
    }
    for (const policy of policies) await attach('user', uin, await save(policy));
    for (const [i, group] of groupPolicies.entries()) {
      const group_id = serial++;
      const named = { group_id, account_uin, name: `g${group_id}`, remark: `${i}`, created_at: 0 };
      await db.insertInto('user_group').values(named).execute();
      await db.insertInto('group_member').values({ group_id, uin, joined_at: 0 }).execute();
      for (const policy of group) await attach('group', String(group_id), await save(policy));
    }
  });
}

describe('SimulatePolicy decides the vectors of the CAM digest, section 16, as the engine does', () => {
  it('leaves only sessions out', () => {
    expect([all.length, vectors.length]).toEqual([87, 85]);
  });

  it.each(vectors)('$id: $action is a case of $expect', async (vector) => {
    const fixture = await fixtureOf(vector.caller.rootUin);
    await store(fixture, vector);
    const { 'qcs:request_tag': tags = [], ...context } = vector.context ?? {};
    const { results } = await fixture.client(AnalysisService, fixture.root.token).simulatePolicy({
      subject: { kind: SubjectKind.USER, id: vector.caller.uin },
      actions: [vector.action],
      resources: vector.resources.map((resource) => ({
        resource,
        tags: Object.entries(vector.resourceTags?.[resource] ?? {}).map(([key, value]) => ({ key, value })),
      })),
      requestContext: Object.entries(context).map(([key, value]) => ({ key, values: [value].flat().map(String) })),
      requestTags: [tags].flat().map((tag) => {
        const [key = '', value = ''] = String(tag).split('&');
        return { key, value };
      }),
    });
    expect(results).toHaveLength(vector.resources.length);
    expect(results.every(({ outcome }) => outcome === Outcome.ALLOWED)).toBe(vector.expect === 'allow');
  });
});
