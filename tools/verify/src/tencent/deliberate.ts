/** A difference from the SDK's declarations that is meant to be. */
export interface Deliberate {
  /** The SDK's types and members: `RunCommandRequest.InstanceIds`. */
  readonly at: readonly string[];
  /** What Muster does, in the words of `compare.ts`: `is not required`. */
  readonly what: string;
  /** One sentence. */
  readonly why: string;
}

/** Actions that the SDK has and Muster does not. */
export interface NotOffered {
  readonly actions: readonly string[];
  /** One sentence. */
  readonly why: string;
}

/** What is meant to be different in one product; a test holds it against what is. */
export interface DeliberateDifferences {
  readonly members: readonly Deliberate[];
  readonly notOffered: readonly NotOffered[];
}
