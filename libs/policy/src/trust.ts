import { compileActions, coversAction } from './actions.ts';
import { compileCondition, conditionsMet } from './compiled-condition.ts';
import { type ContextValues, RequestKeys } from './condition-keys.ts';
import type { Effect, TrustPolicy } from './parse.ts';
import type { Principals } from './principals.ts';
import type { Variables } from './variables.ts';

/** Who wants to assume a role. */
export interface TrustedCaller {
  readonly uin: string;
  /** The account they act in. */
  readonly accountUin: string;
  /** Whether they are that account's root. */
  readonly isRoot: boolean;
}

const ASSUME_ROLE = ['sts:AssumeRole'];

/**
 * Whether a role's trust policy lets `who` assume it (CAM section 9): a statement about `sts:AssumeRole` allows it and
 * none denies it. Only half of the answer: the caller's own policies must allow `sts:AssumeRole` on the role too.
 */
export function trusts(trust: TrustPolicy, who: TrustedCaller, context: ContextValues): boolean {
  const variables: Variables = { uin: who.uin, owner_uin: who.accountUin, app_id: '' };
  const keys = new RequestKeys(context, undefined, variables);
  const says = (effect: Effect) =>
    trust.statements.some(
      (statement) =>
        statement.effect === effect &&
        isMeant(statement.principals, who) &&
        coversAction(compileActions(statement.actions, effect), ASSUME_ROLE) &&
        (isDecidable(statement)
          ? conditionsMet(statement.conditions.map(compileCondition), keys, variables, effect)
          : effect === 'deny'),
    );
  return says('allow') && !says('deny');
}

/** `qcs::cam::uin/X:root` is every principal of account X, `qcs::cam::uin/X:uin/Y` is one of them. */
function isMeant(principals: Principals, { uin, accountUin }: TrustedCaller): boolean {
  if (principals === '*') return true;
  const account = `qcs::cam::uin/${accountUin}`;
  return principals.qcs.includes(`${account}:root`) || principals.qcs.includes(`${account}:uin/${uin}`);
}

/** A trust policy stands on the role itself and nobody knows the caller's appid: what needs more to be judged closes. */
function isDecidable({ resources, conditions }: TrustPolicy['statements'][number]): boolean {
  return resources.includes('*') && !conditions.some(({ values }) => values.some((one) => one.includes(`\${app_id}`)));
}
