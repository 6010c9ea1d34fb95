import { type DescField, type DescMessage, getOption } from '@bufbuild/protobuf';
import type { ReflectMessage } from '@bufbuild/protobuf/reflect';
import { type ApiField, ApiForm, api, api_constant as apiConstant } from '@muster/contract';

/** A field that holds one message. */
type MessageField = DescField & { readonly fieldKind: 'message' };

/** A field as API 3.0 shows it. */
export interface ShownField {
  /** `OutputCOSBucketUrl`. */
  readonly name: string;
  readonly field: DescField;
  /** The way to the message that has the field, through messages whose fields stand in their place. */
  readonly through: readonly MessageField[];
  readonly form: ApiForm;
  readonly required: boolean;
  /** The code of the refusal of a value that has the right type and cannot be; empty for no code in particular. */
  readonly refusal: string;
  /** The type of the cloud's that the messages of this field are shown as; empty for none in particular. */
  readonly shownAs: string;
  /** The object of an answer that it stands inside of; empty for the message's own. */
  readonly within: string;
  /** What stands in answers for a value that is not set, as JSON. */
  readonly absent: string;
}

/** What a message shows besides its fields, because it is always the same. */
export interface ShownConstant extends Pick<ShownField, 'name' | 'through'> {
  /** The value, as JSON. */
  readonly json: string;
}

/** All that API 3.0 shows of a message. */
interface Shown {
  readonly fields: readonly ShownField[];
  readonly constants: readonly ShownConstant[];
}

const known = new WeakMap<DescMessage, Map<string, Shown>>();

/** The fields of a message in their order, shown as a type of the cloud's (`shownAs`); one that is shown under two names comes twice. */
export function shownFields(message: DescMessage, type = ''): readonly ShownField[] {
  return shown(message, type).fields;
}

/** What the same shows besides. */
export function shownConstants(message: DescMessage, type = ''): readonly ShownConstant[] {
  return shown(message, type).constants;
}

/** The message that has a field, which is `message` itself or one inside it; undefined where that one is not set. */
export function holderOf(
  message: ReflectMessage,
  { through }: Pick<ShownField, 'through'>,
): ReflectMessage | undefined {
  let holder: ReflectMessage | undefined = message;
  for (const field of through) holder = holder?.isSet(field) ? (holder.get(field) as ReflectMessage) : undefined;
  return holder;
}

function shown(message: DescMessage, type: string): Shown {
  const types = known.get(message) ?? new Map<string, Shown>();
  known.set(message, types);
  let all = types.get(type);
  if (!all) {
    const ways = message.fields.flatMap((field) => waysOf(field, type).map((way) => ({ field, way })));
    all = {
      fields: ways.flatMap(({ field, way }) => fieldsOf(field, way)),
      constants: [...ownConstants(message, type), ...ways.flatMap(({ field, way }) => inlinedConstants(field, way))],
    };
    requireOnce(message, all);
    types.set(type, all);
  }
  return all;
}

function requireOnce({ typeName }: DescMessage, { fields, constants }: Shown): void {
  const names = [...fields.map(({ name, within }) => `${within}.${name}`), ...constants.map(({ name }) => `.${name}`)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${typeName} shows \`${twice}\` twice`);
}

/** The ways in which a field is shown: those for this type, or else those for every type, or else by the rule. */
function waysOf(field: DescField, type: string): readonly Partial<ApiField>[] {
  const ways = getOption(field, api);
  const own = ways.filter((way) => way.for.includes(type));
  const chosen: readonly Partial<ApiField>[] = own.length > 0 ? own : ways.filter((way) => way.for.length === 0);
  return (chosen.length > 0 ? chosen : [{}]).filter(({ hidden }) => !hidden);
}

function fieldsOf(field: DescField, way: Partial<ApiField>): readonly ShownField[] {
  const { name, form, required, inlined, refusal, shownAs = '', within = '', absent } = way;
  if (inlined) {
    const holder = messageField(field);
    return shownFields(holder.message, shownAs).map((each) => ({ ...each, through: [holder, ...each.through] }));
  }
  const only: ShownField = {
    name: name || pascalCase(field.name),
    field,
    through: [],
    form: form ?? ApiForm.UNSPECIFIED,
    required: required ?? false,
    refusal: refusal ?? '',
    shownAs,
    within,
    absent: absent || 'null',
  };
  return [only];
}

function ownConstants(message: DescMessage, type: string): readonly ShownConstant[] {
  return getOption(message, apiConstant)
    .filter((each) => each.for.length === 0 || each.for.includes(type))
    .map(({ name, json }) => ({ name, json, through: [] }));
}

function inlinedConstants(field: DescField, { inlined, shownAs = '' }: Partial<ApiField>): readonly ShownConstant[] {
  if (!inlined) return [];
  const holder = messageField(field);
  return shownConstants(holder.message, shownAs).map((each) => ({ ...each, through: [holder, ...each.through] }));
}

function messageField(field: DescField): MessageField {
  if (field.fieldKind === 'message') return field;
  throw new Error(`${field.parent.typeName}.${field.name} has no fields to be inlined`);
}

/** `output_cos_bucket_url` is `OutputCOSBucketUrl`: the only word that the cloud writes in capitals. */
export function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => (word === 'cos' ? 'COS' : `${word[0]!.toUpperCase()}${word.slice(1)}`))
    .join('');
}
