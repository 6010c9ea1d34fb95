import { AnalysisService, PlanKind, SubjectKind } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const analysis = (token = fixture.root.token) => fixture.client(AnalysisService, token);
const user = (id: string) => ({ kind: SubjectKind.USER, id });

describe('ListEffective', () => {
  it('tells everybody about themselves, whatever they may do', async () => {
    const { token, uin } = await fixture.user([allow('tat:DeleteCommand', 'qcs::tat:::command/cmd-*')]);
    await fixture.inStore((db) =>
      db
        .insertInto('last_used')
        .values({ account_uin: ROOT_UIN, uin, action: 'tat:DeleteCommand', last_used_at: 1_700_000_000_000, count: 3 })
        .execute(),
    );
    const { actions, revision } = await analysis(token).listEffective({});
    expect(actions).toMatchObject([
      {
        action: 'tat:DeleteCommand',
        kind: PlanKind.CONDITIONAL,
        allow: ['qcs::tat:::command/cmd-*'],
        deny: [],
        hasConditions: false,
        lastUsedTime: { seconds: 1_700_000_000n },
      },
    ]);
    expect(revision).toBeGreaterThan(0n);
    expect((await analysis(token).listEffective({ service: 'cos' })).actions).toEqual([]);
    expect((await analysis((await fixture.user()).token).listEffective({})).actions).toEqual([]);
  });

  it('tells of others to those who may ask about them', async () => {
    const other = await fixture.user([allow('tat:*')]);
    const curious = await fixture.user([allow('cam:ListEffective', `qcs::cam:::uin/${other.uin}`)]);
    const { actions } = await analysis(curious.token).listEffective({ subject: user(other.uin), service: 'tat' });
    expect(actions.find(({ action }) => action === 'tat:RunCommand')).toMatchObject({
      kind: PlanKind.ALWAYS,
      allow: ['*'],
    });
    expect(actions[0]!.lastUsedTime).toBeUndefined();
    expect(await refusalOf(analysis(curious.token).listEffective({ subject: user(curious.uin) }))).toMatchObject({
      kind: 'denied',
    });
    // a name that nobody has is refused like one that somebody has
    const named = (name: string) => ({ subject: { kind: SubjectKind.USER, name } });
    for (const name of ['nobody', curious.name]) {
      expect(await refusalOf(analysis(curious.token).listEffective(named(name)))).toMatchObject({ kind: 'denied' });
    }
    expect((await refusalOf(analysis().listEffective(named('nobody')))).reason).toBe('ResourceNotFound.UserNotExist');
  });

  it('lets root do everything', async () => {
    const { actions } = await analysis().listEffective({ service: 'cam' });
    expect(actions.length).toBeGreaterThan(50);
    expect(actions.every(({ kind }) => kind === PlanKind.ALWAYS)).toBe(true);
  });
});
