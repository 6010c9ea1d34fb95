import { type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { type ShownField, shownConstants, shownFields, textOf } from '@muster/cloud-api';
import { ApiForm } from '@muster/contract';

/** A member as API 3.0 shows it. */
export interface ShownMember {
  readonly name: string;
  readonly list: boolean;
  /** `string`, `number`, `boolean` or `object`; empty for what cannot be told: the members of a list that is always empty. */
  readonly type: string;
  readonly required: boolean;
  /** All values of an enum; undefined when any text may be one. */
  readonly values?: readonly string[] | undefined;
  /** The members of its objects, or of those in its list. */
  readonly members?: (() => readonly ShownMember[]) | undefined;
}

/** All that API 3.0 shows of a message, where it is one of several types: as that type. */
export function shownMembers(message: DescMessage, type = ''): readonly ShownMember[] {
  const all = shownFields(message, type);
  const within = (outer: string) => all.filter((each) => each.within === outer);
  const constants = shownConstants(message, type).map(({ name, json }): ShownMember => {
    const value: unknown = JSON.parse(json);
    const list = Array.isArray(value);
    return { name, list, type: list ? '' : typeof value, required: false };
  });
  return [...within('').map((shown) => memberOf(shown, within(shown.name))), ...constants];
}

function memberOf(shown: ShownField, inside: readonly ShownField[]): ShownMember {
  const { name, field, required, shownAs } = shown;
  const { message, enum: values } = field;
  const type = typeOf(shown);
  const besides = () => inside.map((each) => memberOf(each, []));
  return {
    name,
    list: field.fieldKind === 'list',
    type,
    required,
    values: values?.values.map((value) => textOf(values, value)),
    members: type === 'object' && message ? () => [...shownMembers(message, shownAs), ...besides()] : undefined,
  };
}

function typeOf({ field, form }: ShownField): ShownMember['type'] {
  if (field.message?.typeName === 'google.protobuf.Timestamp') {
    return form === ApiForm.EPOCH_SECONDS ? 'number' : 'string';
  }
  if (field.message) return 'object';
  if (form === ApiForm.NUMBER) return 'number';
  if (form === ApiForm.DIGITS || field.enum) return 'string';
  if (field.scalar === ScalarType.BOOL) return 'boolean';
  return field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES ? 'string' : 'number';
}
