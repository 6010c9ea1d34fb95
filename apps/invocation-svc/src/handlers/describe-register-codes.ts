import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import { type InstanceService, ResourceType } from '@muster/contract';
import { callOf, resourceName } from '@muster/rpc';
import { REGISTER_CODE_SELECTION } from '../domain/register-code.ts';
import { toRegisterCodeInfo } from '../instance-convert.ts';
import type { MachineContext } from '../machine-context.ts';
import { RegisterCodeStore } from '../store/register-code-store.ts';

export function describeRegisterCodes({
  db,
  region,
}: Pick<MachineContext, 'db' | 'region'>): MethodImpl<typeof InstanceService.method.describeRegisterCodes> {
  return async (request, context) => {
    const call = callOf(context);
    const { ids, limit, offset } = checkSelection(
      { ids: request.registerCodeIds, filters: [], limit: request.limit, offset: request.offset },
      REGISTER_CODE_SELECTION,
    );
    let visible = await new RegisterCodeStore(db).select(call.caller.accountUin, ids);
    if (ids.length === 0) {
      const allowed = await call.allowed(
        visible.map((code) => ({ resource: resourceName(ResourceType.REGISTER_CODE, region, code.registerCodeId) })),
      );
      visible = visible.filter((_, index) => allowed[index]);
    }
    return {
      totalCount: visible.length,
      registerCodeSet: visible.slice(offset, offset + limit).map(toRegisterCodeInfo),
    };
  };
}
