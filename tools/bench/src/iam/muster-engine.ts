import { type CompiledPrincipal, compilePolicy, compilePrincipal, decide, parsePolicy } from '@muster/policy';
import { contextOf, type Engine } from './engine.ts';
import { documentOf } from './policy-document.ts';
import { APP_ID, ROOT_UIN, type Workload } from './workload.ts';

/** Muster's own: each policy compiled once and shared, one index per principal. */
export function musterEngine({ policies, users }: Workload): Engine {
  const compiled = policies.map((rules) => compilePolicy(parsePolicy(JSON.stringify(documentOf(rules)))));
  const principals: CompiledPrincipal[] = users.map((user) =>
    compilePrincipal({
      uin: user.uin,
      rootUin: ROOT_UIN,
      appId: APP_ID,
      isRoot: false,
      policies: user.policies.map((index) => ({ policyId: String(index), version: 1, compiled: compiled[index]! })),
    }),
  );
  return {
    name: 'muster',
    users: users.length,
    asksPerRound: 20_000,
    allows: (ask) =>
      decide(principals[ask.user]!, {
        action: ask.action,
        resources: [{ name: ask.resource }],
        context: contextOf(ask),
      }).allowed,
  };
}
