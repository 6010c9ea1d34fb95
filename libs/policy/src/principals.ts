import { itemsOf } from './document.ts';
import { isObject } from './json.ts';
import type { JsonPath } from './positions.ts';
import { given, type Report } from './refusals.ts';

/** Whom a trust statement speaks of (CAM section 2): everyone, or lists of identities by kind. */
export type Principals =
  | '*'
  | { readonly qcs: readonly string[]; readonly service: readonly string[]; readonly federated: readonly string[] };

/** Everybody of an account, or one of them. Other forms would be met by nobody, and a deny of them protect nothing. */
const IDENTITY = /^qcs::cam::uin\/\d+:(?:root|uin\/\d+)$/;

const KINDS = ['qcs', 'service', 'federated'] as const;

/** Reads a `principal` element; what of it is at fault is reported and left out. */
export function parsePrincipals(element: unknown, path: JsonPath, report: Report): Principals | undefined {
  if (element === '*') return '*';
  if (!isObject(element) || Object.keys(element).length === 0) {
    return report('PrincipalError', path, `must be \`*\` or an object, was ${given(element)}`);
  }
  for (const kind of Object.keys(element)) {
    if ((KINDS as readonly string[]).includes(kind)) continue;
    report('PrincipalError', [...path, kind], `must be one of ${KINDS.join(', ')}, was ${given(kind)}`, 'name');
  }
  const list = (kind: (typeof KINDS)[number]) =>
    itemsOf(element[kind], [...path, kind])
      .map(({ value, path: place }) => parsePrincipal(value, kind, place, report))
      .filter((one) => one !== undefined);
  return { qcs: list('qcs'), service: list('service'), federated: list('federated') };
}

function parsePrincipal(one: unknown, kind: string, path: JsonPath, report: Report): string | undefined {
  const text = typeof one === 'string' ? one.trim() : '';
  if (text === '') return report('PrincipalError', path, `must name an identity, was ${given(one)}`);
  if (kind === 'qcs' && !IDENTITY.test(text)) {
    const wanted = 'must be `qcs::cam::uin/<account>:root` or `qcs::cam::uin/<account>:uin/<user>`';
    return report('PrincipalQcsError', path, `${wanted}, was ${given(one)}`);
  }
  return text;
}
