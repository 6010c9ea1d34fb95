import type { Reader } from './given.ts';
import {
  type Address,
  inNetwork,
  type Network,
  readAddress,
  readBoolean,
  readDate,
  readNetwork,
  readNumber,
} from './values.ts';
import { compileTemplate, fillIn, type Variables } from './variables.ts';
import { compileWildcard, matchWildcard, type Wildcard } from './wildcard.ts';

/**
 * One condition operator: how it reads what the request gives (G) and what the policy wants (W), and when the two
 * fit. A reader answers undefined for a value that is not of the operator's type.
 */
export interface Operator<G = unknown, W = unknown> {
  /** Left out where the text itself is compared. */
  readonly readGiven?: Reader<G>;
  readonly readWanted: Reader<W>;
  readonly fits: (given: G, wanted: W) => boolean;
  /** A negative operator is met when no wanted value fits (CAM section 6, our reading of several values). */
  readonly negative: boolean;
  /** Reads a wanted value that holds policy variables; only text may. */
  readonly bind?: (text: string) => (variables: Variables) => W;
  /** What a policy value must look like, for the refusal of one that does not. */
  readonly wants: string;
}

type Parts<G, W> = Omit<Operator<G, W>, 'negative'>;

const exactText: Parts<string, string> = {
  readWanted: (text) => text,
  fits: (given, wanted) => given === wanted,
  bind: (text) => {
    const template = compileTemplate(text);
    return (variables) => fillIn(template, variables);
  },
  wants: 'text',
};

const lowerCase = (text: string) => text.toLowerCase();

const anyCaseText: Parts<string, string> = {
  ...exactText,
  readGiven: lowerCase,
  readWanted: lowerCase,
  bind: (text) => {
    const template = compileTemplate(text);
    return (variables) => fillIn(template, variables).toLowerCase();
  },
};

const likeText: Parts<string, Wildcard> = {
  readWanted: compileWildcard,
  fits: (given, wanted) => matchWildcard(wanted, given),
  // piece by piece, so that a star can only come from the policy
  bind: (text) => {
    const pieces = compileWildcard(text).map(compileTemplate);
    return (variables) => pieces.map((piece) => fillIn(piece, variables));
  },
  wants: 'text',
};

const address: Parts<Address, Network> = {
  readGiven: readAddress,
  readWanted: readNetwork,
  fits: inNetwork,
  wants: 'an IPv4 or IPv6 address or CIDR',
};

const truth: Parts<boolean, boolean> = {
  readGiven: readBoolean,
  readWanted: readBoolean,
  fits: (given, wanted) => given === wanted,
  wants: 'true or false',
};

type Compare = (given: number, wanted: number) => boolean;

/** The six relations of numbers and of dates. */
const RELATIONS: readonly (readonly [name: string, negative: boolean, fits: Compare])[] = [
  ['equal', false, (given, wanted) => given === wanted],
  ['not_equal', true, (given, wanted) => given === wanted],
  ['less_than', false, (given, wanted) => given < wanted],
  ['less_than_equal', false, (given, wanted) => given <= wanted],
  ['greater_than', false, (given, wanted) => given > wanted],
  ['greater_than_equal', false, (given, wanted) => given >= wanted],
];

function relations(type: string, read: (text: string) => number | undefined, wants: string) {
  return RELATIONS.map(([name, negative, fits]) =>
    entry(`${type}_${name}`, { readGiven: read, readWanted: read, fits, wants }, negative),
  );
}

function entry<G, W>(name: string, parts: Parts<G, W>, negative = false): [string, Operator] {
  return [name, { ...parts, negative } as unknown as Operator];
}

/** Every operator of CAM section 6 except null_equal, which asks about the key and not about its values. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  entry('string_equal', exactText),
  entry('string_not_equal', exactText, true),
  entry('string_equal_ignore_case', anyCaseText),
  entry('string_not_equal_ignore_case', anyCaseText, true),
  entry('string_like', likeText),
  entry('string_not_like', likeText, true),
  entry('binary_equal', exactText),
  entry('ip_equal', address),
  entry('ip_not_equal', address, true),
  entry('bool_equal', truth),
  ...relations('numeric', readNumber, 'a number'),
  ...relations('date', readDate, 'an ISO 8601 date'),
]);

/** The operators of keys that hold text, which a list query can judge as well (`plan`). */
export function comparesText(operator: string): boolean {
  return operator.startsWith('string_') || operator === 'binary_equal' || operator === 'null_equal';
}
