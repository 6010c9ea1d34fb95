import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import { type Invoker, InvokerSchema, InvokerService } from '@muster/contract';
import { newId, notFound } from '@muster/kernel';
import { tagged } from './fake-commands.ts';
import type { World } from './world.ts';

/** Puts a schedule into the world. */
export function addInvoker({ invokers }: Pick<World, 'invokers'>, init: Partial<Invoker>): Invoker {
  const invoker = create(InvokerSchema, {
    invokerId: newId('ivk'),
    type: 'SCHEDULE',
    enable: true,
    createdUin: '100001',
    nextInvokeTimes: [1, 2].map((days) => timestampFromMs(Date.now() + days * 86_400_000 + 60_000)),
    ...(init as object),
  });
  invokers.unshift(invoker);
  return invoker;
}

/** Plays InvokerService; nothing ever fires. */
export function invokerRoutes(router: ConnectRouter, world: World): void {
  const { invokers, records } = world;
  const find = (id: string) => {
    const found = invokers.find(({ invokerId }) => invokerId === id);
    if (!found) throw notFound('ResourceNotFound.InvokerNotFound', 'invoker', id);
    return found;
  };
  router.service(InvokerService, {
    createInvoker({ $typeName: _, $unknown: __, ...request }) {
      return { invokerId: addInvoker(world, request as object).invokerId };
    },
    modifyInvoker({ $typeName: _, $unknown: __, invokerId, instanceIds, selector, ...request }) {
      const invoker = find(invokerId);
      const given = Object.entries(request).filter(([, value]) => value !== undefined);
      Object.assign(invoker, Object.fromEntries(given));
      if (instanceIds.length > 0 || selector) Object.assign(invoker, { instanceIds, selector });
      return {};
    },
    deleteInvoker({ invokerId }) {
      invokers.splice(invokers.indexOf(find(invokerId)), 1);
      return {};
    },
    enableInvoker({ invokerId }) {
      find(invokerId).enable = true;
      return {};
    },
    disableInvoker({ invokerId }) {
      const invoker = find(invokerId);
      invoker.enable = false;
      invoker.nextInvokeTimes = [];
      return {};
    },
    describeInvokers({ invokerIds, filters, limit = 20, offset }) {
      const found = invokers
        .filter(({ invokerId }) => invokerIds.length === 0 || invokerIds.includes(invokerId))
        .filter((invoker) =>
          filters.every(({ name, values }) =>
            name === 'command-id'
              ? values.includes(invoker.commandId)
              : invoker.tags.some(({ key, value }) => name === `tag:${key}` && values.includes(value)),
          ),
        );
      return { totalCount: found.length, invokerSet: found.slice(offset, offset + limit) };
    },
    describeInvokerRecords({ invokerIds, limit = 20, offset }) {
      const found = records.filter(({ invokerId }) => invokerIds.length === 0 || invokerIds.includes(invokerId));
      return { totalCount: found.length, invokerRecordSet: found.slice(offset, offset + limit) };
    },
    tagInvokers({ invokerIds, tags }) {
      for (const id of invokerIds) find(id).tags = tagged(find(id).tags, tags);
      return {};
    },
    untagInvokers({ invokerIds, tagKeys }) {
      for (const id of invokerIds) find(id).tags = find(id).tags.filter(({ key }) => !tagKeys.includes(key));
      return {};
    },
  });
}
