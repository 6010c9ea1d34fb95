import { type DescField, type DescMessage, getOption } from '@bufbuild/protobuf';
import type { ReflectMessage } from '@bufbuild/protobuf/reflect';
import { type ApiField, ApiForm, api } from '@muster/contract';

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
  /** The code of the refusal of a value that has the right type and cannot be, where it is a particular one; otherwise empty. */
  readonly refusal: string;
}

const known = new WeakMap<DescMessage, readonly ShownField[]>();

/** The fields of a message in their order; one that is shown under two names comes twice. */
export function shownFields(message: DescMessage): readonly ShownField[] {
  let fields = known.get(message);
  if (!fields) {
    fields = message.fields.flatMap(shown);
    const names = fields.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`${message.typeName} shows \`${twice}\` twice`);
    known.set(message, fields);
  }
  return fields;
}

/** The message that has a field, which is `message` itself or one inside it. */
export function holderOf(message: ReflectMessage, { through }: ShownField): ReflectMessage {
  return through.reduce((outer, field) => outer.get(field) as ReflectMessage, message);
}

function shown(field: DescField): ShownField[] {
  const ways: Partial<ApiField>[] = getOption(field, api);
  return (ways.length === 0 ? [{}] : ways)
    .filter(({ hidden }) => !hidden)
    .flatMap(({ name, form, required, inlined, refusal }) => {
      if (inlined) return inside(field);
      return {
        name: name || pascalCase(field.name),
        field,
        through: [],
        form: form ?? ApiForm.UNSPECIFIED,
        required: required ?? false,
        refusal: refusal ?? '',
      };
    });
}

function inside(field: DescField): ShownField[] {
  if (field.fieldKind !== 'message')
    throw new Error(`${field.parent.typeName}.${field.name} has no fields to be inlined`);
  return shownFields(field.message).map((each) => ({ ...each, through: [field, ...each.through] }));
}

/** `output_cos_bucket_url` is `OutputCOSBucketUrl`: the only word that the cloud writes in capitals. */
export function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => (word === 'cos' ? 'COS' : `${word[0]!.toUpperCase()}${word.slice(1)}`))
    .join('');
}
