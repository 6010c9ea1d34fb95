import type { Call, ResourceInit } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { namedRole, type RoleNaming, requireRole } from '../named/roles.ts';
import type { IamWriters } from '../store/iam-writers.ts';
import type { Role, RoleChange } from '../store/role-store.ts';

/** Which role is to become how, and by which action. */
export interface RoleOrder {
  readonly naming: RoleNaming;
  /** The other resources of the call. */
  readonly beside?: readonly ResourceInit[];
  readonly action: `cam:${string}`;
  readonly change: (writers: IamWriters, role: Role) => Promise<RoleChange> | RoleChange;
}

/** Changes fields of a role that the caller names, once the caller may. */
export async function changeRole(
  { roles: reader, write, clock }: Pick<IamContext, 'roles' | 'write' | 'clock'>,
  call: Call,
  { naming, beside, action, change }: RoleOrder,
): Promise<void> {
  const { accountUin, uin } = call.caller;
  const { roleId } = await namedRole(naming, { call, roles: reader, beside });
  const now = clock.now();
  await write(call, async (writers) => {
    const role = requireRole(await writers.roles.find(accountUin, roleId), roleId);
    await writers.roles.update({ ...role, ...(await change(writers, role)), updatedAt: now });
    await recordChange(writers, { accountUin, uin, action, now });
  });
}
