import { type DescEnum, type DescEnumValue, getOption } from '@bufbuild/protobuf';
import { api_value as apiValue } from '@muster/contract';

/** The text of an enum's value: `RUN_ON_RETURN` of `OFFLINE_POLICY_RUN_ON_RETURN`; empty for the unspecified one. */
export function textOf({ sharedPrefix }: DescEnum, value: DescEnumValue): string {
  const { text } = getOption(value, apiValue);
  if (text !== '' || value.number === 0) return text;
  return value.name.slice(sharedPrefix?.length ?? 0);
}

/** Other texts that a request may give for an enum's value. */
export function alsoOf(value: DescEnumValue): readonly string[] {
  return getOption(value, apiValue).also;
}

/** The number of an enum's value. */
export function numberOf(value: DescEnumValue): number {
  const { number } = getOption(value, apiValue);
  return number === 0 ? value.number : number;
}
