import { fromBinary } from '@bufbuild/protobuf';
import { AuditService, EventSchema, Outcome } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture, type TestUser } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const ask = async ({ token }: Pick<TestUser, 'token'>, action = 'tat:DescribeCommands') =>
  (await fixture.authorization()).authorize({
    context: { credential: token },
    action,
    resources: [{ resource: 'qcs::tat:ap-guangzhou::command/cmd-1' }],
  });
const may = async (user: TestUser) => (await ask(user)).allowed;

describe('a change bites on the very next call', () => {
  it('200 times in a row', { timeout: 120_000 }, async () => {
    const user = await fixture.user();
    const policyId = await fixture.policy([allow('tat:Describe*')]);
    const iam = fixture.iam();
    const wrong: number[] = [];
    for (let round = 0; round < 200; round++) {
      const attach = round % 2 === 0;
      if (attach) await iam.attachUserPolicy({ policyId, attachUin: user.uin });
      else await iam.detachUserPolicy({ policyId, detachUin: user.uin });
      if ((await may(user)) !== attach) wrong.push(round);
    }
    expect(wrong).toEqual([]);
  });

  it('also when another process makes it on the same file', async () => {
    const user = await fixture.user();
    const policyId = Number(await fixture.policy([allow('tat:Describe*')]));
    const row = { account_uin: ROOT_UIN, target_kind: 'user', target_id: user.uin, policy_id: policyId } as const;
    expect(await may(user)).toBe(false);
    await fixture.inStore(async (db) => {
      for (let round = 0; round < 20; round++) {
        await db
          .insertInto('attachment')
          .values({ ...row, attached_at: 0 })
          .execute();
        expect(await may(user)).toBe(true);
        await db.deleteFrom('attachment').where('policy_id', '=', policyId).execute();
        expect(await may(user)).toBe(false);
      }
      await db.updateTable('user').set({ active: 0 }).where('uin', '=', user.uin).execute();
    });
    expect(await refusalOf(may(user))).toMatchObject({ kind: 'unauthenticated' });
  });

  it('when a token’s time is up, although nothing has changed', async () => {
    const user = await fixture.user([allow('tat:Describe*')]);
    expect(await may(user)).toBe(true);
    const now = fixture.clock.ms;
    try {
      fixture.clock.ms += fixture.config.exchangeSeconds * 1_000 - 1;
      expect(await may(user)).toBe(true);
      fixture.clock.ms += 1;
      expect(await refusalOf(may(user))).toMatchObject({ kind: 'unauthenticated' });
    } finally {
      fixture.clock.ms = now;
    }
  });

  it('for every one of 8 callers who hammer away: none that begins after a revocation is allowed', {
    timeout: 120_000,
  }, async () => {
    const user = await fixture.user();
    const policyId = await fixture.policy([allow('tat:Describe*')]);
    const iam = fixture.iam();
    /** Raised whenever a change begins or is answered; odd while one is under way. */
    let epoch = 0;
    let granted = false;
    const hunt: { over: boolean } = { over: false };
    const caught: string[] = [];
    const seen = { allowed: 0, denied: 0 };
    const callers = Array.from({ length: 8 }, async () => {
      while (!hunt.over) {
        const [began, expected] = [epoch, granted];
        const allowed = await may(user);
        seen[allowed ? 'allowed' : 'denied']++;
        // a call that no change touched knows what it must hear
        if (began % 2 === 0 && began === epoch && allowed !== expected) caught.push(`${allowed} in epoch ${began}`);
      }
    });
    for (let round = 0; round < 40; round++) {
      epoch++;
      if (granted) await iam.detachUserPolicy({ policyId, detachUin: user.uin });
      else await iam.attachUserPolicy({ policyId, attachUin: user.uin });
      granted = !granted;
      epoch++;
      const before = seen.allowed + seen.denied;
      await expect.poll(() => seen.allowed + seen.denied, { interval: 1 }).toBeGreaterThan(before + 16);
    }
    hunt.over = true;
    await Promise.all(callers);
    expect(caught).toEqual([]);
    expect(Math.min(seen.allowed, seen.denied)).toBeGreaterThan(100);
  });
});

describe('a write of CAM is decided inside its transaction', () => {
  it('so that of two at once none goes through whose right the other has just taken', async () => {
    const admin = await fixture.user();
    const policyId = await fixture.policy([allow('cam:AddUser')]);
    const iam = fixture.iam();
    const audit = fixture.client(AuditService, fixture.root.token);
    let refused = 0;
    for (let round = 0; round < 30; round++) {
      await iam.attachUserPolicy({ policyId, attachUin: admin.uin });
      const from = fixture.published.length;
      const [added] = await Promise.all([
        fixture
          .iam(admin.token)
          .addUser({ name: `race-${round}` })
          .then(
            () => true,
            () => false,
          ),
        iam.detachUserPolicy({ policyId, detachUin: admin.uin }),
      ]);
      if (!added) refused++;
      // events are published in the order of the commits
      await expect.poll(() => actionsSince(from)).toContain('cam:DetachUserPolicy');
      const order = actionsSince(from);
      expect(order.includes('cam:AddUser')).toBe(added);
      if (added) expect(order.indexOf('cam:AddUser')).toBeLessThan(order.indexOf('cam:DetachUserPolicy'));
    }
    const filter = { uin: admin.uin, action: 'cam:AddUser', outcome: Outcome.IMPLICIT_DENY, limit: 200 };
    expect((await audit.listAuditRecords(filter)).records).toHaveLength(refused);
  });
});

function actionsSince(from: number): string[] {
  return fixture.published.slice(from).flatMap(({ payload }) => {
    const { body } = fromBinary(EventSchema, payload);
    return body.case === 'permissionsChanged' ? [body.value.action] : [];
  });
}
