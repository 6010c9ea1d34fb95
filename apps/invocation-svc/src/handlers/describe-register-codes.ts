import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import { type InstanceService, ResourceType } from '@muster/contract';
import { EVERYTHING, type ResourcePlan } from '@muster/kernel';
import { type Call, callOf, resourceName } from '@muster/rpc';
import { REGISTER_CODE_SELECTION } from '../domain/register-code.ts';
import { toRegisterCodeInfo } from '../instance-convert.ts';
import type { MachineContext } from '../machine-context.ts';
import { authorizeRegisterCodes } from '../register-code-subjects.ts';
import { RegisterCodeStore } from '../store/register-code-store.ts';
import { TagStore } from '../store/tag-store.ts';

export function describeRegisterCodes({
  db,
  region,
}: Pick<MachineContext, 'db' | 'region'>): MethodImpl<typeof InstanceService.method.describeRegisterCodes> {
  const codes = new RegisterCodeStore(db);
  const tags = new TagStore(db, 'register_code_tag');

  /** Ids that are given must all be allowed: leaving out what is denied would pass for its absence. */
  const visibleOf = async (ids: readonly string[], call: Call): Promise<ResourcePlan> => {
    if (ids.length === 0) return (await call.plan([resourceName(ResourceType.REGISTER_CODE, region, '*')]))[0]!;
    await authorizeRegisterCodes(ids, { call, db, region });
    return EVERYTHING;
  };

  return async (request, context) => {
    const call = callOf(context);
    const { registerCodeIds, limit, offset } = request;
    const selection = checkSelection({ ids: registerCodeIds, filters: [], limit, offset }, REGISTER_CODE_SELECTION);
    const ids = [...new Set(selection.ids)];
    const visible = await visibleOf(ids, call);
    const page = await codes.page({ accountUin: call.caller.accountUin, ids, visible }, selection);
    const tagsOf = await tags.of(page.codes.map(({ registerCodeId }) => registerCodeId));
    return {
      totalCount: page.total,
      registerCodeSet: page.codes.map((code) => toRegisterCodeInfo(code, tagsOf(code.registerCodeId))),
    };
  };
}
