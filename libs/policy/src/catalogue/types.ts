/** What an action does to what it names: tells about one thing, lists things, or changes something. */
export type AccessLevel = 'read' | 'list' | 'write';

/** What the values of a condition key are, and so which operators suit it. */
export type KeyType = 'string' | 'numeric' | 'date' | 'ip' | 'bool';

/** A condition key that requests may carry (CAM section 6.1). */
export interface ConditionKey {
  /** Such as `cvm:region`. */
  readonly key: string;
  readonly type: KeyType;
  /** Whether a request may carry several values. */
  readonly many: boolean;
  readonly description: string;
}

export interface CatalogueAction {
  /** Without the service: `RunCommand`. */
  readonly name: string;
  readonly access: AccessLevel;
  /** Decided once on `*`, so that only statements on `*` speak of it (CAM section 5). */
  readonly operationLevel: boolean;
  /**
   * Six-segment templates of the resources that it is decided on, such as
   * `qcs::tat:$region:$account:command/$commandId`; a `$name` stands for any value. None for an operation-level action.
   */
  readonly resources: readonly string[];
  /**
   * The same templates by their part in a request: it names at least one resource of each group (InvokeCommand: a command
   * and instances of whichever kind), and each one must be allowed (CAM section 8).
   */
  readonly groups: readonly (readonly string[])[];
  /** Other names, without the service, under which policies may speak of it (CAM section 15, A3). */
  readonly aliases: readonly string[];
  readonly description: string;
}

/** A service that policies can name, whether or not Muster answers its API. */
export interface ServiceCatalogue {
  /** Its key, the part of an action before the colon: `tat`. */
  readonly service: string;
  readonly title: string;
  /** Whether every action is listed. If not, policies may name others. */
  readonly complete: boolean;
  /** In alphabetical order. */
  readonly actions: readonly CatalogueAction[];
  /** The condition keys it knows beyond the general ones. */
  readonly conditionKeys: readonly ConditionKey[];
}
