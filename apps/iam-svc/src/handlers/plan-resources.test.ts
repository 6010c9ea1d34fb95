import { AuthorizationService, PlanKind } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const COMMANDS = 'qcs::tat:ap-guangzhou::command/*';
const INSTANCES = 'qcs::cvm:ap-guangzhou::instance/*';

const plan = async (credential: string, resources: string[], action = 'tat:DescribeCommands') =>
  (await fixture.authorization()).planResources({ context: { credential }, action, resources });
const kinds = async (...asked: Parameters<typeof plan>) => (await plan(...asked)).plans.map(({ kind }) => kind);

describe('PlanResources', () => {
  it('lets root have all of its own, and nothing of another account', async () => {
    const { token } = fixture.root;
    const answer = await plan(token, [COMMANDS, INSTANCES, 'qcs::tat:ap-guangzhou:uin/200000000002:command/*']);
    expect(answer.plans.map(({ kind }) => kind)).toEqual([PlanKind.ALWAYS, PlanKind.ALWAYS, PlanKind.NEVER]);
    expect(answer.plans[0]!.resource).toBe(`qcs::tat:ap-guangzhou:uin/${ROOT_UIN}:command/*`);
    expect(answer.principal?.name).toBe('root');
  });

  it('lets a user without policies have nothing, and one with a preset all of it', async () => {
    const user = await fixture.user();
    expect(await kinds(user.token, [COMMANDS])).toEqual([PlanKind.NEVER]);
    await fixture.iam().attachUserPolicy({ policyId: '900000001', attachUin: user.uin });
    expect(await kinds(user.token, [COMMANDS])).toEqual([PlanKind.ALWAYS]);
  });

  it('says in rules what depends on the resource: its path, its tags, its creator', async () => {
    const user = await fixture.user([
      allow('tat:DescribeCommands', 'qcs::tat:::command/cmd-a*', {
        'for_any_value:string_equal': { 'qcs:resource_tag': ['team&ops'] },
      }),
      { ...allow('tat:*', 'qcs::tat:::command/cmd-secret'), effect: 'deny' },
    ]);
    const { plans } = await plan(user.token, [COMMANDS]);
    expect(plans).toMatchObject([
      {
        kind: PlanKind.CONDITIONAL,
        allOf: [
          {
            anyOf: [
              {
                paths: [{ pieces: ['command/cmd-a', ''] }],
                tests: [{ key: 'qcs:resource_tag', operator: 'string_equal', everyValue: false, values: ['team&ops'] }],
              },
            ],
          },
        ],
        noneOf: [{ paths: [{ pieces: ['command/cmd-secret'] }], tests: [] }],
      },
    ]);
  });

  it('decides what is known of the whole request itself', async () => {
    const user = await fixture.user([
      allow('tat:DescribeCommands', '*', { ip_equal: { 'qcs:ip': '10.0.0.0/8' } }),
      allow('tat:DescribeInvocations', '*', { string_equal: { 'cvm:region': 'ap-guangzhou' } }),
    ]);
    const client = await fixture.authorization();
    const asked = { context: { credential: user.token, peerAddress: '10.1.2.3' }, resources: [COMMANDS] };
    const one = async (rest: object) => (await client.planResources({ ...asked, ...rest })).plans[0]!.kind;
    expect(await one({ action: 'tat:DescribeCommands' })).toBe(PlanKind.ALWAYS);
    expect(await kinds(user.token, [COMMANDS])).toEqual([PlanKind.NEVER]);
    const region = { key: 'cvm:region', values: ['ap-guangzhou'] };
    expect(await one({ action: 'tat:DescribeInvocations', requestContext: [region] })).toBe(PlanKind.ALWAYS);
    expect(await one({ action: 'tat:DescribeInvocations' })).toBe(PlanKind.NEVER);
  });

  it('refuses what is no list of kinds, unknown actions and keys that the service knows itself', async () => {
    const { token } = fixture.root;
    const bad = (resources: string[], action?: string) => refusalOf(plan(token, resources, action));
    for (const resources of [[], Array.from({ length: 9 }, () => COMMANDS), ['*'], ['qcs::tat:r::command/x']]) {
      expect(await bad(resources)).toMatchObject({ kind: 'invalid', details: { field: 'Resources' } });
    }
    expect(await bad([COMMANDS], 'tat:DescribeComands')).toMatchObject({ reason: 'InvalidParameter.ActionNotExist' });
    const spoofed = (await fixture.authorization()).planResources({
      context: { credential: token },
      action: 'tat:DescribeCommands',
      resources: [COMMANDS],
      requestContext: [{ key: 'qcs:ip', values: ['10.0.0.1'] }],
    });
    expect(await refusalOf(spoofed)).toMatchObject({ kind: 'invalid', details: { field: 'RequestContext' } });
  });

  it('is for services alone, and plans nothing for them', async () => {
    const asUser = fixture.client(AuthorizationService, fixture.root.token);
    const asking = asUser.planResources({
      context: { credential: fixture.root.token },
      action: 'tat:DescribeCommands',
      resources: [COMMANDS],
    });
    expect(await refusalOf(asking)).toMatchObject({ kind: 'denied', details: { action: 'muster:PlanResources' } });
    expect(await kinds(await fixture.serviceToken('command-svc'), [COMMANDS])).toEqual([PlanKind.NEVER]);
  });
});
