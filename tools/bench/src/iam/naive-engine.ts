import { naive } from '@muster/policy/naive';
import { contextOf, type Engine } from './engine.ts';
import { statementOf } from './policy-document.ts';
import { APP_ID, ROOT_UIN, type Workload } from './workload.ts';

/** The executable specification: what every engine here must agree with, and the measure of all ratios. */
export function naiveEngine({ policies, users }: Workload): Engine {
  const statements = policies.map((rules) => rules.map(statementOf));
  const rulesOf = users.map((user) => user.policies.flatMap((index) => statements[index]!));
  return {
    name: 'naive',
    users: users.length,
    asksPerRound: 400,
    allows: (ask) =>
      naive({
        caller: { uin: users[ask.user]!.uin, rootUin: ROOT_UIN, appId: APP_ID },
        rules: rulesOf[ask.user]!,
        limits: [],
        action: ask.action,
        resource: ask.resource,
        tags: {},
        requestTags: {},
        context: contextOf(ask),
      }) === 'allowed',
  };
}
