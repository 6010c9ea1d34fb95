import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from '../fixture.ts';
import { sdkClients } from './sdk.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture(0);
}, 120_000);

afterAll(() => fixture[Symbol.asyncDispose]());

describe.each(['TC3-HMAC-SHA256', 'HmacSHA1', 'HmacSHA256'] as const)('signed with %s', (signMethod) => {
  it.each(['POST', 'GET'] as const)('a %s is answered', async (reqMethod) => {
    const { url, root } = fixture.constellation;
    const { tat } = sdkClients({ url, ...root, signMethod, reqMethod });
    const { TotalCount, CommandSet } = await tat.DescribeCommands({
      Limit: 2,
      Filters: [{ Name: 'command-name', Values: ["it's", '中文 & = +'] }],
    });
    expect({ TotalCount, CommandSet }).toEqual({ TotalCount: 0, CommandSet: [] });
  });
});
