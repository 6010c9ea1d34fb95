import { newEnforcer, newModelFromString } from 'casbin';
import type { Engine } from './engine.ts';
import { resourceAndCondition, starPattern } from './rule-matcher.ts';
import type { Ask, Workload } from './workload.ts';

const MODEL = `
[request_definition]
r = act, ask
[policy_definition]
p = act, rule, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = acts(r.act, p.act) && holds(r.ask, p.rule)
`;

/** casbin with an enforcer per user; actions and rules are prepared functions. Only as many users as it can hold. */
export async function casbinEngine({ policies, users }: Workload): Promise<Engine> {
  const rules = policies.map((each) => each.map((rule) => ({ ...rule, holds: resourceAndCondition(rule) })));
  const patterns = new Map<string, RegExp>();
  const enforcers = await Promise.all(
    users.slice(0, 200).map(async (user) => {
      const enforcer = await newEnforcer(newModelFromString(MODEL));
      const byKey = new Map<string, (typeof rules)[number][number]>(
        user.policies.flatMap((p) => rules[p]!.map((rule, s) => [`${p}.${s}`, rule] as const)),
      );
      await enforcer.addFunction('acts', (action: string, pattern: string) => patterns.get(pattern)!.test(action));
      await enforcer.addFunction('holds', (ask: Ask, key: string) => byKey.get(key)!.holds(ask));
      const rows = [...byKey].flatMap(([key, rule]) =>
        rule.actions.map((action) => {
          patterns.set(action, starPattern(action));
          return [action, key, rule.effect];
        }),
      );
      await enforcer.addPolicies(unique(rows));
      return enforcer;
    }),
  );
  return {
    name: 'casbin, one enforcer per user',
    users: enforcers.length,
    asksPerRound: 200,
    allows: (ask) => enforcers[ask.user]!.enforceSync(ask.action, ask),
  };
}

function unique(rows: readonly string[][]): string[][] {
  return [...new Map(rows.map((row) => [row.join(), row])).values()];
}
