import { describe, expect, it } from 'vitest';
import { CATALOGUE, findAction, findService, GENERAL_KEYS, parseAction } from '../index.ts';
import { parseResourceName } from '../resource.ts';

describe('the catalogue', () => {
  it('holds seven services, of which four are complete', () => {
    expect(CATALOGUE.map(({ service, complete }) => [service, complete])).toEqual([
      ['batch', true],
      ['cam', true],
      ['cos', false],
      ['cvm', false],
      ['lighthouse', false],
      ['sts', true],
      ['tat', true],
    ]);
  });

  it('finds a service by its key, and an action by its name or an alias', () => {
    expect(findService('tat')?.title).toBe('Automation Tools');
    expect(findService('vpc')).toBeUndefined();
    expect(findAction('tat:CreateCommand')).toMatchObject({ operationLevel: true, resources: [], access: 'write' });
    expect(findAction('tat:DescribeAutomationAgents')).toBe(findAction('tat:DescribeAutomationAgentStatus'));
    expect(['tat:InvokeCommands', 'vpc:CreateVpc', 'CreateCommand'].map(findAction)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('asks RunCommand about any command, because its own has no id yet', () => {
    expect(findAction('tat:RunCommand')?.resources[0]).toBe('qcs::tat:$region:$account:command/*');
  });

  it('knows what a request names together, and what instead of each other', () => {
    expect(findAction('tat:InvokeCommand')?.groups).toEqual([
      ['qcs::tat:$region:$account:command/$commandId'],
      [
        'qcs::cvm:$region:$account:instance/$instanceId',
        'qcs::lighthouse:$region:$account:instance/$instanceId',
        'qcs::tat:$region:$account:register-instance/$registerInstanceId',
      ],
    ]);
    expect(findAction('tat:TagResources')?.groups).toHaveLength(1);
  });

  it('describes each condition key once', () => {
    const keys = [...GENERAL_KEYS, ...CATALOGUE.flatMap(({ conditionKeys }) => conditionKeys)].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe.each(CATALOGUE)('the catalogue of $service', ({ service, actions }) => {
  it('names each action once, in alphabetical order, as policies write it', () => {
    const names = actions.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names.map((name) => parseAction(`${service}:${name}`))).toEqual(names.map((name) => `${service}:${name}`));
  });

  it('describes each action in a sentence', () => {
    for (const { description } of actions) expect(description).toMatch(/^[A-Z].*\w\.$/);
  });

  it('gives each resource as a template that becomes a resource once its variables are filled in', () => {
    const templates = new Set(actions.flatMap(({ resources }) => resources));
    for (const template of templates) {
      const name = template.replace('$region', 'ap-guangzhou').replace('$account', 'uin/1').replaceAll(/\$\w+/g, '7');
      expect(parseResourceName(name, 'uin/1'), template).toBeDefined();
      expect(name).not.toContain('$');
    }
  });
});
