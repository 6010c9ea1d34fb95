import { type ResourcePlan as PbPlan, type PlanRule as PbRule, PlanKind } from '@muster/contract';
import { EVERYTHING, NOTHING, type PlanRule, type ResourcePlan } from '@muster/kernel';

/** The plan that iam-svc answered with. A kind of plan that this version does not know allows nothing. */
export function planFromProto({ kind, allOf, noneOf }: PbPlan): ResourcePlan {
  switch (kind) {
    case PlanKind.ALWAYS:
      return EVERYTHING;
    case PlanKind.CONDITIONAL:
      return {
        kind: 'conditional',
        allOf: allOf.map(({ anyOf }) => anyOf.map(ruleFromProto)),
        noneOf: noneOf.map(ruleFromProto),
      };
    default:
      return NOTHING;
  }
}

function ruleFromProto({ paths, tests }: PbRule): PlanRule {
  return {
    paths: paths.map(({ pieces }) => pieces),
    tests: tests.map(({ key, operator, everyValue, ifExist, values }) => ({
      key,
      operator,
      everyValue,
      ifExist,
      values,
    })),
  };
}

/** Whether a plan's resource is the kind that was asked about: the same but for the account, which iam-svc fills in. */
export function isKindAsked(answered: string, asked: string): boolean {
  const withoutAccount = (resource: string) => resource.split(':').toSpliced(4, 1).join(':');
  return withoutAccount(answered) === withoutAccount(asked);
}
