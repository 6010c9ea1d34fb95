import type { MethodImpl } from '@connectrpc/connect';
import { checkTags, maskHiddenText } from '@muster/command';
import { CreateInvokerRequestSchema, CreateInvokerResponseSchema, type InvokerService } from '@muster/contract';
import { answeredBefore, checkClientToken } from '@muster/db';
import { newId, Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { commandRef, instanceRefs } from '../decision-subjects.ts';
import { checkNewInvoker, type Invoker } from '../domain/invoker.ts';
import { slotsAfter } from '../domain/schedule.ts';
import { lookUp, traitsOf, UNKNOWN } from '../invoke.ts';
import type { InvokerContext } from '../invoker-context.ts';
import { newInvokerFromProto } from '../invoker-convert.ts';
import { tryOrder } from '../invoker-order.ts';
import { sealParameters } from '../sealed-parameters.ts';
import { InvokerStore } from '../store/invoker-store.ts';
import { TagStore } from '../store/tag-store.ts';
import { TargetStore } from '../store/target-store.ts';
import { writeOnce } from '../write-once.ts';

export function createInvoker(context: InvokerContext): MethodImpl<typeof InvokerService.method.createInvoker> {
  const { db, clock, region, library, vault, delegations, logger, kickScheduler } = context;
  return async (request, handlerContext) => {
    const call = callOf(handlerContext);
    const { accountUin, uin } = call.caller;
    const now = clock.now();
    const { name, schedule, order } = checkNewInvoker(newInvokerFromProto(request), now);
    const tags = checkTags(request.tags.map(({ key, value }) => ({ key, value })));
    checkClientToken(request.clientToken);

    const { commandId, commandVersion: version, instanceIds } = order;
    const stored = await lookUp(library, { accountUin, commandId, version });
    const traits = stored instanceof Refusal ? UNKNOWN : traitsOf(stored);
    const known = await new TargetStore(db).byIds(accountUin, instanceIds);
    const machines = await instanceRefs(
      context,
      instanceIds,
      known.map(({ instanceId }) => instanceId),
    );
    await call.authorize([commandRef(region, { subject: commandId, ...traits }), ...machines]);
    const tokened = { input: CreateInvokerRequestSchema, request, output: CreateInvokerResponseSchema };
    const before = await answeredBefore(db, { accountUin, uin, vault }, tokened);
    if (before) return before;
    // the agents of machines that are named must be there now; a selector finds its own at each firing
    const offlinePolicy = order.selector ? (order.offlinePolicy ?? 'RUN_ON_RETURN') : 'REFUSE';
    const command = await tryOrder(context, call, { order, stored, offlinePolicy });

    const invokerId = newId('ivk');
    const { parameters } = order;
    const delegationId = await delegations.create(call, `invoker ${invokerId}`);
    const invoker: Invoker = {
      ...order,
      ...{ invokerId, accountUin, name, schedule, delegationId, enabled: true, createdUin: uin },
      shownParameters: maskHiddenText(new TextDecoder().decode(command.content), parameters),
      sealedParameters: parameters === '' ? undefined : sealParameters(vault, invokerId, parameters),
      ...{ nextAt: slotsAfter(schedule, now)[0], createdAt: now, updatedAt: now },
    };
    let made: string | undefined;
    try {
      const answer = await writeOnce(context, { caller: call.caller, ...tokened }, async ({ trx }) => {
        await new InvokerStore(trx).insert(invoker);
        await new TagStore(trx, 'invoker_tag').replace(invokerId, tags);
        return { invokerId };
      });
      made = answer.invokerId;
      return answer;
    } finally {
      kickScheduler();
      // the same call at the same time was faster, or nothing was written
      if (made !== invokerId) {
        await delegations.end(delegationId).catch((error: unknown) => {
          logger.warn({ err: error, delegationId }, 'a delegation that nobody needs could not be ended');
        });
      }
    }
  };
}
