import { type DescField, type DescMessage, getOption } from '@bufbuild/protobuf';
import { type ApiField, ApiForm, api } from '@muster/contract';

/** A field as API 3.0 shows it. */
export interface ShownField {
  /** `OutputCOSBucketUrl`. */
  readonly name: string;
  readonly field: DescField;
  readonly form: ApiForm;
  readonly required: boolean;
  /** The message's own fields stand in its place. */
  readonly inlined: boolean;
  /** The code of the refusal of a value that cannot be read. */
  readonly refusal: string;
}

const known = new WeakMap<DescMessage, readonly ShownField[]>();

/** The fields of a message in their order; one that is shown under two names comes twice. */
export function shownFields(message: DescMessage): readonly ShownField[] {
  let fields = known.get(message);
  if (!fields) {
    fields = message.fields.flatMap(shown);
    known.set(message, fields);
  }
  return fields;
}

function shown(field: DescField): ShownField[] {
  const ways: Partial<ApiField>[] = getOption(field, api);
  return (ways.length === 0 ? [{}] : ways)
    .filter(({ hidden }) => !hidden)
    .map(({ name, form, required, inlined, refusal }) => ({
      name: name || pascalCase(field.name),
      field,
      form: form ?? ApiForm.UNSPECIFIED,
      required: required ?? false,
      inlined: inlined ?? false,
      refusal: refusal || 'InvalidParameter',
    }));
}

/** `output_cos_bucket_url` is `OutputCOSBucketUrl`: the only word that the cloud writes in capitals. */
export function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => (word === 'cos' ? 'COS' : `${word[0]!.toUpperCase()}${word.slice(1)}`))
    .join('');
}
