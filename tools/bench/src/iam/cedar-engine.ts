import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { Engine } from './engine.ts';
import type { Condition, Rule, Workload } from './workload.ts';

/** Cedar in Wasm, a preparsed policy set per user. Only as many users as it can hold. */
export function cedarEngine({ policies, users, actions }: Workload): Engine {
  const texts = policies.map((rules) => rules.map((rule) => policyText(rule, actions)).join('\n'));
  const sets = users.slice(0, 200).map((user, index) => {
    const name = `user-${index}`;
    const parsed = preparsePolicySet(name, { staticPolicies: user.policies.map((p) => texts[p]!).join('\n') });
    if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors[0]));
    return name;
  });
  return {
    name: 'cedar-wasm, one preparsed set per user',
    users: sets.length,
    asksPerRound: 200,
    allows(ask) {
      const answer = statefulIsAuthorized({
        principal: { type: 'User', id: String(ask.user) },
        action: { type: 'Action', id: ask.action },
        resource: { type: 'Thing', id: ask.resource },
        context: {
          path: ask.resource,
          ip: { __extn: { fn: 'ip', arg: ask.ip } },
          seconds: Date.parse(ask.time) / 1_000,
          zone: ask.zone,
        },
        preparsedPolicySetId: sets[ask.user]!,
        entities: [],
      });
      if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors[0]));
      return answer.response.decision === 'allow';
    },
  };
}

function policyText(rule: Rule, actions: readonly string[]): string {
  const named = actions.filter((action) => rule.actions.some((pattern) => fits(pattern, action)));
  const inSet = named.map((action) => `Action::${JSON.stringify(action)}`).join(', ');
  const covered = rule.resources
    .map((pattern) => `context.path like ${JSON.stringify(allRegions(pattern))}`)
    .join(' || ');
  const when = `(${covered})${rule.condition ? ` && ${conditionText(rule.condition)}` : ''}`;
  return `${rule.effect === 'allow' ? 'permit' : 'forbid'}(principal, action in [${inSet}], resource) when { ${when} };`;
}

function fits(pattern: string, action: string): boolean {
  return pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern;
}

function allRegions(pattern: string): string {
  if (pattern === '*') return pattern;
  const parts = pattern.split(':');
  return parts.with(3, parts[3] || '*').join(':');
}

function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'ip':
      return `context.ip.isInRange(ip("${condition.base}/${condition.bits}"))`;
    case 'before':
      return `context.seconds < ${Date.parse(condition.time) / 1_000}`;
    case 'zone':
      return `[${condition.names.map((name) => JSON.stringify(name)).join(', ')}].contains(context.zone)`;
  }
}
