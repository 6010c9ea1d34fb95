import { AnalysisService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const analysis = (token = fixture.root.token) => fixture.client(AnalysisService, token);

describe('ListServices', () => {
  it('lists every service with its actions, keys and kinds of resources', async () => {
    const { services, conditionKeys } = await analysis().listServices({});
    expect(services.map(({ service }) => service)).toEqual(['batch', 'cam', 'cos', 'cvm', 'lighthouse', 'sts', 'tat']);
    const [tat] = (await analysis().listServices({ service: 'tat' })).services;
    expect(tat).toMatchObject({ title: 'Automation Tools', complete: true });
    expect(tat!.resourceTypes).toContain('command/$commandId');
    expect(tat!.resourceTypes.some((path) => path.startsWith('instance/'))).toBe(false);
    expect(tat!.actions.find(({ name }) => name === 'CreateCommand')).toMatchObject({
      accessLevel: 'write',
      operationLevel: true,
      resources: [],
    });
    expect(tat!.actions.find(({ aliases }) => aliases.length > 0)).toMatchObject({
      name: 'DescribeAutomationAgentStatus',
      aliases: ['DescribeAutomationAgents'],
    });
    expect(conditionKeys).toContainEqual(expect.objectContaining({ key: 'qcs:ip', type: 'ip', many: false }));
    const cvm = services.find(({ service }) => service === 'cvm');
    expect(cvm!.conditionKeys).toContainEqual(expect.objectContaining({ key: 'cvm:disk_size', type: 'numeric' }));
  });

  it('needs a right, and a service that there is', async () => {
    const { token } = await fixture.user([allow('tat:*')]);
    expect(await refusalOf(analysis(token).listServices({}))).toMatchObject({ kind: 'denied' });
    expect(await refusalOf(analysis().listServices({ service: 'vpc' }))).toMatchObject({ kind: 'not_found' });
  });
});
