import type { MethodImpl } from '@connectrpc/connect';
import type { InstanceService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { checkQuotaNames, type QuotaName } from '../domain/quotas.ts';
import type { MachineContext } from '../machine-context.ts';
import { RegisterCodeStore } from '../store/register-code-store.ts';

export function describeQuotas({
  db,
  library,
  registerCodeQuota,
}: Pick<MachineContext, 'db' | 'library' | 'registerCodeQuota'>): MethodImpl<
  typeof InstanceService.method.describeQuotas
> {
  const codes = new RegisterCodeStore(db);
  const quotas: Record<QuotaName, (accountUin: string) => Promise<{ used: number; total: number }>> = {
    COMMAND: (accountUin) => library.count(accountUin),
    REGISTER_CODE: async (accountUin) => ({ used: await codes.count(accountUin), total: registerCodeQuota }),
  };
  return async ({ resourceNames }, context) => {
    const { accountUin } = callOf(context).caller;
    const counted = checkQuotaNames(resourceNames).map(async (resourceName) => {
      const { used, total } = await quotas[resourceName](accountUin);
      return { resourceName, resourceQuotaUsed: used, resourceQuotaTotal: total };
    });
    return { generalResourceQuotaSet: await Promise.all(counted) };
  };
}
