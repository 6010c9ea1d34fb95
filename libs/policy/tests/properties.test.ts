import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversAction, namesOfAction } from '../src/actions.ts';
import { plan, planAllows, UNREADABLE_POLICY } from '../src/index.ts';
import { PolicySet } from '../src/policy-index.ts';
import { type Dice, dice } from './dice.ts';
import { attach, engine, principalOf } from './engine.ts';
import { type Request, requestOf, ruleOf, type World, worldOf } from './worlds.ts';

/** Checks what holds in every world. A failing run names the seed and the world's number. */
function check(holds: (world: World, requests: readonly Request[], roll: Dice) => void, numRuns = 200) {
  const inWorld = (number: number) => {
    const roll = dice(-number);
    holds(
      worldOf(number),
      roll.some(() => requestOf(roll), 40, 40),
      roll,
    );
  };
  fc.assert(fc.property(fc.integer(), inWorld), { numRuns });
}

function ask(world: World, requests: readonly Request[]) {
  const principal = principalOf(world);
  return requests.flatMap((request) => engine(principal, request));
}

/** Everything that is allowed in the one is allowed in the other. */
function expectWithin(narrow: World, wide: World, requests: readonly Request[]) {
  const widely = ask(wide, requests);
  const beyond = ask(narrow, requests).findIndex((outcome, i) => outcome === 'allowed' && widely[i] !== 'allowed');
  expect(beyond).toBe(-1);
}

describe('every decision', () => {
  it('T23: is the same whatever the order of policies and statements, and however often they are attached', () => {
    check((world, requests, roll) => {
      const { policies, limits } = world;
      const mixed = policies.flatMap((rules) => (roll.chance(0.5) ? [rules, rules.toReversed()] : [rules])).reverse();
      const twice = limits.flatMap((rules) => [rules.toReversed(), rules]).reverse();
      expect(ask({ ...world, policies: mixed, limits: twice }, requests)).toEqual(ask(world, requests));
    });
  });

  it('is the same however statements are spread over policies', () => {
    check((world, requests) => {
      const rules = world.policies.flat();
      const expected = ask(world, requests);
      expect(ask({ ...world, policies: rules.map((rule) => [rule]) }, requests)).toEqual(expected);
      expect(ask({ ...world, policies: rules.length === 0 ? [] : [rules] }, requests)).toEqual(expected);
    });
  });

  it('T23: never widens by a deny more, wherever it is added', () => {
    check((world, requests, roll) => {
      const deny = { ...ruleOf(roll), effect: 'deny' };
      expectWithin({ ...world, policies: [...world.policies, [deny]] }, world, requests);
      expectWithin({ ...world, limits: world.limits.map((rules) => [...rules, deny]) }, world, requests);
    });
  });

  it('T23: never narrows by an allow more, so removing one never adds access', () => {
    check((world, requests, roll) => {
      const allow = { ...ruleOf(roll), effect: 'allow' };
      expectWithin(world, { ...world, policies: [...world.policies, [allow]] }, requests);
    });
  });

  it('T23: never widens by a boundary or a session policy', () => {
    check((world, requests, roll) => {
      expectWithin({ ...world, limits: [...world.limits, [ruleOf(roll)]] }, world, requests);
    });
  });

  it('about several resources is that about each of them alone', () => {
    check((world, requests) => {
      const alone = requests.flatMap((one) => one.resources.map((resource) => ({ ...one, resources: [resource] })));
      expect(ask(world, requests)).toEqual(ask(world, alone));
    });
  });

  it('does not depend on what was decided before', () => {
    check((world, requests) => {
      const [first] = requests;
      const later = ask(world, [...requests, first!]).slice(-first!.resources.length);
      expect(later).toEqual(ask(world, [first!]));
    });
  });
});

describe('the index of a set of policies', () => {
  const actions = Array.from(
    { length: 600 },
    (_, i) => ['tat:RunCommand', 'cos:GetObject', `tat:Describe${i}`][i % 3]!,
  );

  it('finds what a scan of every statement finds, also of more actions than it remembers', () => {
    const inWorld = (number: number, count: number) => {
      const roll = dice(number);
      const policies = Array.from({ length: count }, (_, i) =>
        attach(
          roll.some(() => ruleOf(roll), 1, 4),
          `${i}`,
        ),
      );
      const set = new PolicySet(policies);
      const statements = policies.flatMap(({ compiled }) =>
        compiled === UNREADABLE_POLICY ? [] : [...compiled.deny, ...compiled.allow],
      );
      for (const action of [...actions, ...actions.toReversed()]) {
        const found = set.about(action).flatMap(({ deny, allow }) => [...deny, ...allow]);
        const scanned = statements.filter((one) => coversAction(one.actions, namesOfAction(action)));
        expect(new Set(found.map(({ statement }) => statement))).toEqual(new Set(scanned));
      }
    };
    fc.assert(fc.property(fc.integer(), fc.constantFrom(0, 1, 5, 32, 33, 40), inWorld), { numRuns: 8 });
  });
});

describe('a plan', () => {
  /** Of a kind: what its resources begin with, and the ids that there are. */
  const KINDS = ['command/', 'instance/', 'command/a', ''].map((start) => ({
    start,
    ids: ['a', 'ab', 'a/b', '*', '100000000011', 'b', 'a/', ''].map((id) => start + id).filter((path) => path !== ''),
  }));
  const PLACES = ['qcs::tat:ap-guangzhou:', 'qcs::tat:gz:uin/100000000001', 'qcs::cos::', 'qcs::cos:bj:uid/1250000000'];

  it('allows exactly what decisions allow, of any fleet', () => {
    const seen = { always: 0, never: 0, conditional: 0 };
    let allowed = 0;
    check((world, requests, roll) => {
      const principal = principalOf(world);
      for (const { action, context, resources } of requests) {
        const place = roll.of(PLACES);
        const { start, ids } = roll.of(KINDS);
        const planned = plan(principal, { action, resource: `${place}:${start}*`, context });
        seen[planned.kind]++;
        const fleet = ids.map((path) => {
          const { tags, attributes = {} } = roll.of(resources);
          // only keys that belong to the resource may differ from one to the next
          const own = Object.entries(attributes).filter(([key]) => key === 'qcs:create_uin');
          return { resource: `${place}:${path}`, tags, attributes: Object.fromEntries(own) };
        });
        const decided = engine(principal, { action, context, requestTags: {}, resources: fleet });
        const kept = fleet.map(({ resource, ...rest }) => planAllows(planned, { name: resource, ...rest }));
        expect(kept).toEqual(decided.map((outcome) => outcome === 'allowed'));
        allowed += kept.filter((one) => one).length;
      }
    }, 300);
    expect(Math.min(...Object.values(seen), allowed)).toBeGreaterThan(500);
  });
});
