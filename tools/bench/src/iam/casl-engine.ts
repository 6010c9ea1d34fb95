import { Ability, subject } from '@casl/ability';
import type { Engine } from './engine.ts';
import { resourceAndCondition, starPattern } from './rule-matcher.ts';
import type { Ask, Workload } from './workload.ts';

/** CASL with an ability per user: actions expanded, conditions as functions, denials after all allows (its last rule wins). */
export function caslEngine({ policies, users, actions }: Workload): Engine {
  const prepared = policies.map((rules) =>
    rules.map((rule) => ({
      action: actions.filter((action) => rule.actions.some((pattern) => starPattern(pattern).test(action))),
      subject: 'ask',
      conditions: resourceAndCondition(rule),
      inverted: rule.effect === 'deny',
    })),
  );
  const abilities = users.map((user) => {
    const rules = user.policies.flatMap((index) => prepared[index]!).filter(({ action }) => action.length > 0);
    return new Ability([...rules.filter(({ inverted }) => !inverted), ...rules.filter(({ inverted }) => inverted)], {
      conditionsMatcher: (matches: (ask: Ask) => boolean) => matches as (ask: object) => boolean,
    });
  });
  return {
    name: '@casl/ability, one ability per user',
    users: users.length,
    asksPerRound: 5_000,
    allows: (ask) => abilities[ask.user]!.can(ask.action, subject('ask', { ...ask })),
  };
}
