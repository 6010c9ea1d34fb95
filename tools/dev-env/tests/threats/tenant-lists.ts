import type { DescField, DescMethod } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { ask, INTERNAL, METHODS, type Outcome } from './methods.ts';
import { requestFor } from './requests.ts';
import { type Tenant, tellsOf } from './tenants.ts';
import type { World } from './world.ts';

/** Changes by itself, or by looking. */
const RESTLESS = /"(\w*[tT]ime|status|sequence|agentStatus|revision|count|totalNum)":("[^"]*"|\d+|\{\})/g;
/** About all of the installation's services and places, or a record that grows by being asked for. */
const NO_LISTS = [
  'ListServices',
  'ListAuditRecords',
  'ListLastUsed',
  'ListAccounts',
  'ListEffective',
  'DescribeAutomationAgentStatus',
];

/** Methods that list what an account has. */
const LISTS = METHODS.filter((method) => /^(List|Describe|Export)/.test(method.name) && !INTERNAL.includes(method));
const total = (method: DescMethod) => method.output.fields.find(({ localName }) => /^total/.test(localName));
const rows = (method: DescMethod) => method.output.fields.find(({ fieldKind }) => fieldKind === 'list');

/** Everything the tenant's own lists show of it, in one text each. */
export async function stateOf({ callers }: World, { token, things }: Tenant): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  for (const method of LISTS.filter(({ name }) => !NO_LISTS.includes(name))) {
    const request = { ...own(method.input.fields, things), ...requestFor(method.name, '', things) };
    const outcome = await ask(callers, method, request, token);
    if (!('answers' in outcome)) throw new Error(`${method.name}: ${outcome.message}`);
    const answers = outcome.answers.filter((answer) => !isReadingOf(answer));
    state[method.name] = JSON.stringify(answers).replaceAll(RESTLESS, '"$1"');
  }
  return state;
}

/** Whether a part of the audit tells that a recording was read: its owner does so in these tests. */
function isReadingOf(answer: unknown): boolean {
  return (answer as { record?: { action?: string } }).record?.action === 'tat:GetRecording';
}

/** Lists about one user, group, policy, command or role want to be told which. */
function own(fields: readonly DescField[], { user, group, policy, command, role }: Tenant['things']): object {
  const values: Record<string, string> = {
    ...{ uin: user, targetUin: user, groupId: group, targetGroupId: group, policyId: policy, commandId: command },
    roleId: role,
  };
  return Object.fromEntries(
    fields.filter(({ localName }) => localName in values).map(({ localName }) => [localName, values[localName]]),
  );
}

export function tenantLists(world: () => World): void {
  describe('T1: lists hold what is the own account’s', () => {
    it.each(LISTS.map((method) => [method.name, method] as const))('and nothing else: %s', async (_, method) => {
      const { callers, first, second } = world();
      const request = { ...own(method.input.fields, second.things), ...requestFor(method.name, '', second.things) };
      const listed = (more: object): Promise<Outcome> => ask(callers, method, { ...request, ...more }, second.token);
      const has = (field: string) => method.input.field[field] !== undefined;
      const asked = [
        {},
        ...(has('offset') ? [0, 1, 2, 5].map((offset) => ({ offset, limit: 1 })) : []),
        ...(has('page') ? [1, 2, 3, 6].map((page) => ({ page, rp: 1 })) : []),
        ...(has('keyword') ? [first.mark, '', '%', '_'].map((keyword) => ({ keyword })) : []),
        ...(has('beforeSequence') ? [1n, 50n, 10_000n].map((beforeSequence) => ({ beforeSequence })) : []),
        ...(has('fromSequence') ? [{ fromSequence: 0n }, { fromSequence: 1n }] : []),
        ...(has('filters')
          ? ['instance-name', 'command-name'].map((name) => ({ filters: [{ name, values: ['*'] }] }))
          : []),
      ];
      for (const more of asked) {
        const outcome = await listed(more);
        expect('answers' in outcome ? tellsOf(JSON.stringify(outcome), first) : [], JSON.stringify(more, big)).toEqual(
          [],
        );
      }
    });

    it('and count no more than they hold', async () => {
      const { callers, second } = world();
      const counted = LISTS.filter((method) => total(method) && rows(method));
      expect(counted.length).toBeGreaterThan(15);
      for (const method of counted) {
        const page = method.input.field.rp ? { rp: 100 } : { limit: 100 };
        const request = { ...page, ...own(method.input.fields, second.things) };
        const outcome = await ask(callers, method, request, second.token);
        if (!('answers' in outcome)) continue;
        const answer = outcome.answers[0] as Record<string, unknown>;
        const held = (answer[rows(method)!.jsonName] as unknown[] | undefined)?.length ?? 0;
        expect(answer[total(method)!.jsonName] ?? 0, method.name).toBe(held);
      }
    });

    it('and show their owner what they hide from others', async () => {
      const { first } = world();
      const shown = Object.values(await stateOf(world(), first)).join('\n');
      expect(new Set(tellsOf(shown, first))).toEqual(
        new Set([first.mark, ...Object.values(first.things).filter((id) => id.length > 8)]),
      );
    });
  });
}

const big = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
