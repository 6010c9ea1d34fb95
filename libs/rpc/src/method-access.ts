import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { access, ResourceType, resource, type Scope } from '@muster/contract';

/** What a method's options say about who may call it. */
export interface MethodAccess {
  readonly action: string;
  readonly scope: Scope;
  /** Resource paths that take part besides the named ones. */
  readonly resources: readonly string[];
  /** The request's fields that name resources, in order. */
  readonly named: readonly { readonly field: string; readonly type: ResourceType }[];
}

const known = new WeakMap<DescMethod, MethodAccess>();

/** The same for every call of a method, and read once: looking an option up costs as much as a tenth of a decision. */
export function accessOf(method: DescMethod): MethodAccess {
  let found = known.get(method);
  if (!found) {
    const { action, scope, resources } = getOption(method, access);
    const named = method.input.fields
      .map((field) => ({ field: field.localName, type: getOption(field, resource) }))
      .filter(({ type }) => type !== ResourceType.UNSPECIFIED);
    found = { action, scope, resources, named };
    known.set(method, found);
  }
  return found;
}
