import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from '../fixture.ts';
import { codeOf, type SdkOptions, sdkClients } from './sdk.ts';

let fixture: Fixture;
let ca: string;

beforeAll(async () => {
  // one that no slow machine keeps
  const settings = { gateway: { MUSTER_API_CALL_RATES: 'DescribeScenes=1' } };
  fixture = await startFixture(0, { tls: true, logLevel: 'debug', settings });
  ca = readFileSync(fixture.constellation.caFile!, 'utf8');
}, 120_000);

afterAll(() => fixture[Symbol.asyncDispose]());

const clients = (more: Partial<SdkOptions> = {}) => {
  const { url, root } = fixture.constellation;
  return sdkClients({ url, ca, ...root, ...more });
};

describe('over TLS, the unmodified SDK', () => {
  it.each(['TC3-HMAC-SHA256', 'HmacSHA1', 'HmacSHA256'] as const)(
    'is answered by tat, cam and sts with %s',
    async (signMethod) => {
      const { tat, cam, sts } = clients({ signMethod });
      expect((await tat.DescribeRegions()).RegionSet?.map(({ Region }) => Region)).toEqual(['ap-guangzhou']);
      expect((await cam.ListUsers()).Data).toEqual([]);
      const { AccountId, UserId } = await sts.GetCallerIdentity();
      expect(AccountId).toBe(UserId);
    },
  );

  it('sends bytes as they are in a multipart body', async () => {
    const { tat } = clients();
    const Content = Buffer.from('#!/bin/sh\necho "中文 \r\n--"\n');
    const given = { CommandName: '部署', Content };
    const { CommandId } = await tat.request('CreateCommand', given, { multipart: true } as object);
    const { CommandSet } = await tat.DescribeCommands({ CommandIds: [CommandId] });
    expect(Buffer.from(CommandSet?.[0]?.Content ?? '', 'base64')).toEqual(Content);
    expect(CommandSet?.[0]?.CommandName).toBe('部署');
  });

  it.each([
    ['en-US', 'cmd-0000000e', /^no command `cmd-0000000e`$/],
    ['zh-CN', 'cmd-0000000c', /^命令不存在。（no command `cmd-0000000c`）$/],
  ] as const)('is refused in %s', async (language, CommandId, message) => {
    for (const signMethod of ['TC3-HMAC-SHA256', 'HmacSHA256'] as const) {
      const { tat } = clients({ language, signMethod });
      const refused = tat.DeleteCommand({ CommandId });
      await expect(refused).rejects.toMatchObject({
        code: 'ResourceNotFound.CommandNotFound',
        message: expect.stringMatching(message),
      });
    }
  });

  it('is told about another region, and about a request that is too large', async () => {
    expect(await codeOf(clients({ region: 'ap-beijing' }).tat.DescribeRegions())).toBe('UnsupportedRegion');
    const large = { CommandName: 'x', Content: 'A'.repeat(10 << 20) };
    expect(await codeOf(clients().tat.CreateCommand(large))).toBe('RequestSizeLimitExceeded');
    const get = clients({ reqMethod: 'GET' }).tat;
    expect(await codeOf(get.CreateCommand({ CommandName: 'x', Content: 'A'.repeat(40_000) }))).toBe(
      'RequestSizeLimitExceeded',
    );
  });

  it('is refused one call too many of an action, and goes on with others', async () => {
    const { tat } = clients();
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => tat.DescribeScenes({})));
    const refused = outcomes.filter((each) => each.status === 'rejected').map(({ reason }) => reason as Error);
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) {
      expect(error).toMatchObject({
        code: 'RequestLimitExceeded',
        message: expect.stringContaining('1 times a second'),
      });
    }
    await tat.DescribeQuotas({ ResourceNames: ['COMMAND'] });
  });

  it('has request ids by which every process tells of its call', async () => {
    const { RequestId } = await clients().tat.DescribeCommands({});
    const logs = (name: string) => readFileSync(join(fixture.folder, 'data', 'logs', `${name}.log`), 'utf8');
    for (const name of ['gateway', 'iam-svc', 'command-svc']) {
      const lines = logs(name)
        .split('\n')
        .filter((line) => line.includes(RequestId!));
      expect(lines.length, name).toBeGreaterThan(0);
    }
  });
});
