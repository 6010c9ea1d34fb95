import { invalid, isId } from '@muster/kernel';

/** Refusal: InvalidParameterValue.InvalidInvocationId. */
export function checkInvocationId(given: string, field: string): string {
  if (isId(given, 'inv')) return given;
  throw invalid('InvalidParameterValue.InvalidInvocationId', field, form('inv', given));
}

/** Refusal: InvalidParameterValue.InvalidInvocationTaskId. */
export function checkInvocationTaskId(given: string, field: string): string {
  if (isId(given, 'invt')) return given;
  throw invalid('InvalidParameterValue.InvalidInvocationTaskId', field, form('invt', given));
}

/** Refusal: InvalidParameterValue.InvalidInvokerId. */
export function checkInvokerId(given: string, field: string): string {
  if (isId(given, 'ivk')) return given;
  throw invalid('InvalidParameterValue.InvalidInvokerId', field, form('ivk', given));
}

function form(prefix: string, given: string): string {
  return `must be \`${prefix}-\` and 8 to 32 characters of a-z0-9, was \`${given.slice(0, 80)}\``;
}
