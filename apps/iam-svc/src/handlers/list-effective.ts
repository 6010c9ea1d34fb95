import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { AnalysisService, Subject } from '@muster/contract';
import { effective } from '@muster/policy';
import { type Call, callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { EFFECTIVE_TO_PROTO } from '../convert/analysis.ts';
import type { AccountRights, Holder } from '../domain/rights.ts';
import { callingHolder, namedHolder } from '../named/holder.ts';

/** More actions than any catalogue has. */
const MOST_USES = 10_000;

type Parts = Pick<IamContext, 'rights' | 'explained' | 'lastUsed' | 'decider'>;

export function listEffective(parts: Parts): MethodImpl<typeof AnalysisService.method.listEffective> {
  return async ({ subject, service }, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const rights = await parts.rights.ofAccount(accountUin);
    const holder = await theHolder(subject, { call, rights });
    const principal = await parts.explained.principal(holder, rights);
    const sessionPolicies = subject ? [] : parts.explained.ofSession(await parts.decider.identify(call.credential));
    const uses = await parts.lastUsed.list(
      { accountUin, uin: holder.id, action: undefined },
      { offset: 0, limit: MOST_USES },
    );
    const lastUsed = new Map(uses.map(({ action, last_used_at }) => [action, last_used_at]));
    return {
      actions: effective({ ...principal, sessionPolicies }, service).map(
        ({ action, kind, allow, deny, hasConditions }) => {
          const usedAt = lastUsed.get(action);
          return {
            action,
            kind: EFFECTIVE_TO_PROTO[kind],
            allow: [...allow],
            deny: [...deny],
            hasConditions,
            ...(usedAt === undefined ? {} : { lastUsedTime: timestampFromMs(usedAt) }),
          };
        },
      ),
      revision: BigInt(rights.revision),
    };
  };
}

/** Everybody may know what they may do themselves; what others may, only who may ask about them. */
async function theHolder(
  subject: Subject | undefined,
  { call, rights }: { call: Call; rights: AccountRights },
): Promise<Holder> {
  if (!subject) {
    call.concernsCallerOnly();
    return callingHolder(call, rights);
  }
  const named = namedHolder(subject, rights);
  await call.authorize([named.subject]);
  return named.require();
}
