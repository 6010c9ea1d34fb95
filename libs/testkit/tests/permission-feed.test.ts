import { create, toBinary } from '@bufbuild/protobuf';
import { permissionFeed, subjects } from '@muster/bus';
import { EventSchema } from '@muster/contract';
import { expect, it } from 'vitest';
import { eventCount } from '../src/index.ts';
import { settle, startWorld } from './world.ts';

it('tells what iam-svc publishes, while the event stream keeps it, until it is disposed', async () => {
  await using world = await startWorld();
  const [iam, invocation] = [await world.service('iam-svc'), await world.service('invocation-svc')];
  const publish = async (accountUin: string) => {
    const changed = create(EventSchema, { accountUin, body: { case: 'permissionsChanged', value: {} } });
    await iam.publishEvent(subjects.PERMISSIONS_CHANGED, toBinary(EventSchema, changed), crypto.randomUUID());
    await settle(iam, invocation);
  };
  const heard: (string | undefined)[][] = [[], []];
  {
    using feed = permissionFeed(invocation);
    using _ = feed.subscribe((accountUin) => heard[0]!.push(accountUin));
    {
      using __ = feed.subscribe((accountUin) => heard[1]!.push(accountUin));
      await settle(invocation);
      await publish('1');
    }
    await publish('2');
  }
  await publish('3');
  expect(heard).toEqual([['1', '2'], ['1']]);
  expect(await eventCount(world.nats, subjects.PERMISSIONS_CHANGED)).toBe(3);
});
