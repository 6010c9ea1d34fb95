import { isObject, listOf } from './json.ts';
import { given, policyRefusal } from './refusals.ts';

/** Whom a trust statement speaks of (CAM section 2): everyone, or lists of identities by kind. */
export type Principals =
  | '*'
  | { readonly qcs: readonly string[]; readonly service: readonly string[]; readonly federated: readonly string[] };

const KINDS = ['qcs', 'service', 'federated'] as const;

export function parsePrincipals(element: unknown, where: string): Principals {
  if (element === '*') return '*';
  if (!isObject(element) || Object.keys(element).length === 0) {
    throw policyRefusal('PrincipalError', `${where} must be \`*\` or an object, was ${given(element)}`);
  }
  const stranger = Object.keys(element).find((kind) => !(KINDS as readonly string[]).includes(kind));
  if (stranger !== undefined) {
    throw policyRefusal('PrincipalError', `${where} may hold ${KINDS.join(', ')}, holds ${given(stranger)}`);
  }
  const list = (kind: (typeof KINDS)[number]) =>
    element[kind] === undefined
      ? []
      : listOf(element[kind]).map((one) => parsePrincipal(one, kind, `${where}.${kind}`));
  return { qcs: list('qcs'), service: list('service'), federated: list('federated') };
}

function parsePrincipal(one: unknown, kind: string, where: string): string {
  const text = typeof one === 'string' ? one.trim() : '';
  if (text === '') throw policyRefusal('PrincipalError', `${where} must name an identity, was ${given(one)}`);
  if (kind === 'qcs' && !/^qcs::cam::[^:]+:[^:]+$/.test(text)) {
    throw policyRefusal('PrincipalQcsError', `${where} must be such as \`qcs::cam::uin/1:root\`, was ${given(one)}`);
  }
  return text;
}
