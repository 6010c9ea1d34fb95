import {
  CreateCommandRequestSchema,
  CreateInvokerRequestSchema,
  OfflinePolicy,
  RunCommandRequestSchema,
} from '@muster/contract';
import { describe, expect, it } from 'vitest';
import { fromFlattened, type GivenObject, toMessage } from '../src/index.ts';
import { ACTIONS } from './messages.test-support.ts';
import { JSON_RULES, QUERY_RULES } from './requests.test-support.ts';

/** A call of a client that knows no types, as CommonClient makes it. */
describe("Muster's additions", () => {
  const given: GivenObject = {
    Content: 'bHM=',
    Selector: { Names: ['web-*'], Tags: [{ Key: 'env', Values: ['prod'] }] },
    OfflinePolicy: 'RUN_ON_RETURN',
    DryRun: true,
    ClientToken: 'once',
  };

  it('are parameters like any other, in JSON and in a query', () => {
    const expected = {
      selector: { names: ['web-*'], tags: [{ key: 'env', values: ['prod'] }] },
      offlinePolicy: OfflinePolicy.RUN_ON_RETURN,
      dryRun: true,
      clientToken: 'once',
    };
    expect(toMessage(RunCommandRequestSchema, given, JSON_RULES)).toMatchObject(expected);
    const query =
      'Content=bHM%3D&Selector.Names.0=web-*&Selector.Tags.0.Key=env&Selector.Tags.0.Values.0=prod&OfflinePolicy=RUN_ON_RETURN&DryRun=true&ClientToken=once';
    expect(toMessage(RunCommandRequestSchema, fromFlattened(new URLSearchParams(query)), QUERY_RULES)).toMatchObject(
      expected,
    );
  });

  it('are required nowhere', () => {
    const least = { Name: 'n', Type: 'SCHEDULE', CommandId: 'cmd-00000000' };
    expect(toMessage(CreateInvokerRequestSchema, least, JSON_RULES).commandVersion).toBe(0);
    expect(toMessage(CreateCommandRequestSchema, { CommandName: 'n', Content: '' }, JSON_RULES).clientToken).toBe('');
  });

  it('have actions of their own', () => {
    for (const name of ['RetryInvocation', 'RestoreCommandVersion', 'DescribeCommandVersions', 'TagInstances']) {
      expect(ACTIONS.tat.get(name)?.name).toBe(name);
    }
  });
});
