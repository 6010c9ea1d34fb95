import { AccessKeyStatus } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allow, type Fixture, startFixture } from './fixture.ts';

const CLIENTS = 50;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

it('F39: a key that is switched off while 50 clients call with it works for none of them from then on, without one internal error', async () => {
  const user = await fixture.user([allow('*')]);
  const second = await fixture.iam().createAccessKey({ targetUin: user.uin });
  const renewed = { secretId: second.accessKey!.accessKeyId, secretKey: second.secretAccessKey };

  let off: boolean = false;
  let answered = 0;
  const reasons = new Map<string, number>();
  const late: string[] = [];
  const faults: unknown[] = [];
  const clients = Array.from({ length: CLIENTS }, async (_, index) => {
    // some bring a token that they have, some read, some write, some trade the key for a token each time
    const call = [
      () => fixture.tokens(user.token).getCallerIdentity({}),
      () => fixture.iam(user.token).listUsers({}),
      () => fixture.groups(user.token).createGroup({ groupName: `g-${index}-${answered}` }),
      () => fixture.exchange(user),
    ][index % 4]!;
    for (let refused = 0; refused < 3; ) {
      const sentAfter = off;
      try {
        await call();
        answered++;
        if (sentAfter) late.push(`client ${index} was answered`);
      } catch (error) {
        if (error instanceof Refusal) reasons.set(error.reason, (reasons.get(error.reason) ?? 0) + 1);
        else faults.push(error);
        refused++;
      }
    }
  });
  await expect.poll(() => answered).toBeGreaterThan(2 * CLIENTS);
  await fixture.iam().updateAccessKey({
    accessKeyId: user.secretId,
    targetUin: user.uin,
    status: AccessKeyStatus.INACTIVE,
  });
  off = true;
  await Promise.all(clients);
  expect(faults).toEqual([]);
  expect(late).toEqual([]);
  expect([...reasons.keys()].filter((reason) => !reason.startsWith('AuthFailure.'))).toEqual([]);
  // the other key of the same user is none the worse for it
  await fixture.tokens(await fixture.exchange(renewed)).getCallerIdentity({});
});
