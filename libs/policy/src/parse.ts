import { parseAction } from './actions.ts';
import { type Condition, parseConditions } from './condition.ts';
import { isObject, type JsonObject, listOf, parseJson } from './json.ts';
import { type Principals, parsePrincipals } from './principals.ts';
import { given, policyRefusal } from './refusals.ts';
import { checkResourcePattern } from './resource.ts';

export type Effect = 'allow' | 'deny';

export interface Statement {
  readonly effect: Effect;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

/** A policy that says what its holders may do. */
export interface Policy {
  readonly statements: readonly Statement[];
}

/** A policy of a role that says who may assume it: each statement knows whom it speaks of. */
export interface TrustPolicy {
  readonly statements: readonly (Statement & { readonly principals: Principals })[];
}

export interface ParseOptions {
  /** Most characters of the document, white space not counted. CAM's limit is the default, 6144. */
  readonly maxCharacters?: number;
  /** The root uin of the account that the policy is for. When given, resources may name no other. */
  readonly account?: string;
}

export const MAX_POLICY_CHARACTERS = 6144;
/** White space is free, but not without end: the text is refused beyond this many times the limit. */
const WHITE_SPACE_FACTOR = 8;

/** Reads the JSON text of a permission policy, or throws a Refusal with CAM's linter code as its reason. */
export function parsePolicy(text: string, options: ParseOptions = {}): Policy {
  const document = parseDocument(text, options);
  if (document.principal !== undefined) {
    throw policyRefusal('PrincipalError', 'principal belongs into the trust policy of a role');
  }
  return {
    statements: statementsOf(document).map((statement, i) => {
      const where = `statement[${i}]`;
      if (statement.principal !== undefined) {
        throw policyRefusal('PrincipalError', `${where}.principal belongs into the trust policy of a role`);
      }
      return parseStatement(statement, where, options);
    }),
  };
}

/** Reads a trust policy: `principal` stands at policy level or in each statement, and `resource` may be left out. */
export function parseTrustPolicy(text: string, options: ParseOptions = {}): TrustPolicy {
  const document = parseDocument(text, options);
  return {
    statements: statementsOf(document).map((statement, i) => {
      const where = `statement[${i}]`;
      return {
        ...parseStatement({ resource: '*', ...statement }, where, options),
        principals: parsePrincipals(statement.principal ?? document.principal, `${where}.principal`),
      };
    }),
  };
}

function parseDocument(text: string, { maxCharacters = MAX_POLICY_CHARACTERS }: ParseOptions): JsonObject {
  const length = text.length > maxCharacters * WHITE_SPACE_FACTOR ? text.length : text.replaceAll(/\s/g, '').length;
  if (length > maxCharacters) {
    const limit = `must have at most ${maxCharacters} characters (white space not counted)`;
    throw policyRefusal('PolicyDocumentLengthOverLimit', `${limit}, has ${length}`);
  }
  const document = parseJson(text);
  if (!isObject(document)) throw policyRefusal('PolicyDocumentError', `must be a JSON object, was ${given(document)}`);
  refuseStrangers(document, ['version', 'principal', 'statement'], 'PolicyDocumentError', '');
  if (document.version !== '2.0') {
    throw policyRefusal('VersionError', `version must be \`"2.0"\`, was ${given(document.version)}`);
  }
  return document;
}

/** An element we do not know could narrow or widen the rest (`not_action`), so it is never skipped. */
function refuseStrangers(
  object: JsonObject,
  known: readonly string[],
  code: 'PolicyDocumentError' | 'StatementError',
  where: string,
): void {
  const stranger = Object.keys(object).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw policyRefusal(code, `${where}${where && ' '}may hold ${known.join(', ')}, holds ${given(stranger)}`);
}

function statementsOf(document: JsonObject): JsonObject[] {
  const statements = listOf(document.statement);
  if (document.statement === undefined || statements.length === 0) {
    throw policyRefusal(
      'StatementError',
      `statement must hold at least one statement, was ${given(document.statement)}`,
    );
  }
  return statements.map((statement, i) => {
    if (!isObject(statement)) {
      throw policyRefusal('StatementError', `statement[${i}] must be an object, was ${given(statement)}`);
    }
    return statement;
  });
}

const ELEMENTS = ['effect', 'action', 'resource', 'condition', 'principal'];

function parseStatement(statement: JsonObject, where: string, options: ParseOptions): Statement {
  refuseStrangers(statement, ELEMENTS, 'StatementError', where);
  const { effect } = statement;
  if (effect !== 'allow' && effect !== 'deny') {
    throw policyRefusal('EffectError', `${where}.effect must be allow or deny, was ${given(effect)}`);
  }
  return {
    effect,
    actions: parseActions(statement.action, `${where}.action`),
    resources: parseResources(statement.resource, `${where}.resource`, options.account),
    conditions: parseConditions(statement.condition, `${where}.condition`),
  };
}

function parseActions(element: unknown, where: string): string[] {
  const actions = listOf(element);
  if (element === undefined || actions.length === 0) {
    throw policyRefusal('ActionMiss', `${where} must name at least one action, was ${given(element)}`);
  }
  return actions.map((one) => {
    const action = typeof one === 'string' ? parseAction(one) : undefined;
    if (action === undefined) {
      throw policyRefusal('ActionError', `${where} must be \`*\` or such as \`tat:RunCommand\`, was ${given(one)}`);
    }
    return action;
  });
}

function parseResources(element: unknown, where: string, account: string | undefined): string[] {
  const resources = listOf(element);
  if (element === undefined || resources.length === 0) {
    throw policyRefusal('ResourceError', `${where} must name at least one resource or \`*\`, was ${given(element)}`);
  }
  return resources.map((one) => {
    if (typeof one !== 'string') throw policyRefusal('ResourceError', `${where} must be text, was ${given(one)}`);
    const text = one.trim();
    checkResourcePattern(text, where, account);
    return text;
  });
}
