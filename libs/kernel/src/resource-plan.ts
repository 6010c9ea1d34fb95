/**
 * Which resources of one kind an action is allowed on: those that match a rule of every group of `allOf` and no rule of `noneOf`.
 * The same as proto ResourcePlan; `planFilter` of libs/db says it in SQL.
 */
export interface ResourcePlan {
  readonly kind: 'always' | 'never' | 'conditional';
  /** What the policies allow, and one group more for a boundary and for each session policy. Only when conditional. */
  readonly allOf: readonly (readonly PlanRule[])[];
  /** What is denied. Only when conditional. */
  readonly noneOf: readonly PlanRule[];
}

/** One statement, as far as it depends on the resource. */
export interface PlanRule {
  /** `*` patterns over the whole last segment, each as the literal pieces between its stars; the path matches one. None means every path. */
  readonly paths: readonly (readonly string[])[];
  /** And all of these hold. */
  readonly tests: readonly PlanTest[];
}

/** A condition on a resource's tags or attributes. */
export interface PlanTest {
  /** `qcs:resource_tag` (values `key&value`), `qcs:resource_tag/<key>` or an attribute such as `qcs:create_uin`. */
  readonly key: string;
  /** A string operator, `binary_equal` or `null_equal`, without qualifier and suffix. */
  readonly operator: string;
  /** Whether every value of the key must satisfy it; otherwise one must. */
  readonly everyValue: boolean;
  /** Whether a resource without the key satisfies it. */
  readonly ifExist: boolean;
  readonly values: readonly string[];
}

/** The plan of who may touch everything. */
export const EVERYTHING: ResourcePlan = { kind: 'always', allOf: [], noneOf: [] };
/** The plan of who may touch nothing. */
export const NOTHING: ResourcePlan = { kind: 'never', allOf: [], noneOf: [] };
