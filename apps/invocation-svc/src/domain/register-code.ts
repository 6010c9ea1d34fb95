import type { SelectionRules } from '@muster/command';
import { type InstanceKind, invalid, Refusal } from '@muster/kernel';

export const DESCRIPTION_MAX_CHARACTERS = 128;
export const NAME_PREFIX_MAX_CHARACTERS = 32;
export const REGISTER_LIMIT_DEFAULT = 10;
export const REGISTER_LIMIT_MAX = 10_000;
export const EFFECTIVE_HOURS_DEFAULT = 4;
/** A code that is to live longer than this many hours never expires (spec section 4.20). */
export const EFFECTIVE_HOURS_MAX = 99_999;
/** The longest name of a machine (spec section 12). */
export const INSTANCE_NAME_MAX_CHARACTERS = 60;

const HOUR_MS = 3_600_000;

/** What a register code allows; its value is known only as a hash. */
export interface RegisterCode {
  readonly registerCodeId: string;
  readonly accountUin: string;
  readonly description: string;
  readonly instanceNamePrefix: string;
  readonly kind: InstanceKind;
  readonly registerLimit: number;
  readonly registeredCount: number;
  /** Epoch milliseconds; absent when it never expires. */
  readonly expiresAt?: number;
  /** An address or CIDR, empty for any. */
  readonly ipAddressRange: string;
  readonly enabled: boolean;
  /** Epoch milliseconds, like `updatedAt`. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What DescribeRegisterCodes accepts: ids or nothing (spec section 8). */
export const REGISTER_CODE_SELECTION: SelectionRules = {
  idsField: 'RegisterCodeIds',
  checkId: checkRegisterCodeId,
  tooManyIds: 'InvalidParameterValue.TooLong',
  filters: {},
};

/** Codes whose tags may change in one call. */
export const TAGGED_CODES_MAX = 200;

/** The codes whose tags are to change, each once: 1 to 200. Refusals: MissingParameter, InvalidParameterValue.LimitExceeded, .InvalidRegisterCodeId. */
export function checkRegisterCodeIds(given: readonly string[]): readonly string[] {
  const field = 'RegisterCodeIds';
  if (given.length === 0) throw invalid('MissingParameter', field, 'is required, was not given');
  if (given.length > TAGGED_CODES_MAX) {
    throw invalid(
      'InvalidParameterValue.LimitExceeded',
      field,
      `must be at most ${TAGGED_CODES_MAX}, was ${given.length}`,
    );
  }
  for (const id of given) checkRegisterCodeId(id, field);
  return [...new Set(given)];
}

/** Codes that one call may disable or delete (spec section 12). */
export const CHANGED_CODES_MAX = 99;

/**
 * The codes to disable or delete: 1 to 99, none twice. Refusals: MissingParameter, InvalidParameterValue, InvalidParameterValue.InvalidRegisterCodeId,
 * .ParameterKeyDuplicated.
 */
export function checkRegisterCodesToChange(given: readonly string[]): readonly string[] {
  const field = 'RegisterCodeIds';
  if (given.length === 0) throw invalid('MissingParameter', field, 'is required, was not given');
  if (given.length > CHANGED_CODES_MAX) {
    throw invalid('InvalidParameterValue', field, `must be 1 to ${CHANGED_CODES_MAX}, was ${given.length}`);
  }
  for (const id of given) checkRegisterCodeId(id, field);
  const twice = given.find((id, index) => given.indexOf(id) !== index);
  if (twice === undefined) return given;
  throw invalid(
    'InvalidParameterValue.ParameterKeyDuplicated',
    field,
    `must name each code once, has \`${twice}\` twice`,
  );
}

/** Refusal: ResourceUnavailable.UserHasNoQuotaCode when an account that has `used` codes may have no more. */
export function checkRegisterCodeQuota(used: number, total: number): void {
  if (used < total) return;
  throw new Refusal(
    'exhausted',
    'ResourceUnavailable.UserHasNoQuotaCode',
    `an account may have at most ${total} register codes, this one has ${used}; delete some that nobody needs any more`,
  );
}

/** What CreateRegisterCode was given; absent means not given. */
export interface GivenRegisterCode {
  readonly description: string;
  readonly instanceNamePrefix: string;
  readonly registerLimit?: number | undefined;
  /** Hours. */
  readonly effectiveTime?: number | undefined;
}

/** The checked settings of a new code. */
export type RegisterCodeSettings = Pick<
  RegisterCode,
  'description' | 'instanceNamePrefix' | 'registerLimit' | 'expiresAt'
>;

/** Checks the limits of spec section 4.20. Refusals: InvalidParameterValue.TooLong, .TooSmall, .TooLarge. */
export function checkRegisterCode(given: GivenRegisterCode, now: number): RegisterCodeSettings {
  const { description, instanceNamePrefix } = given;
  const { registerLimit = REGISTER_LIMIT_DEFAULT, effectiveTime = EFFECTIVE_HOURS_DEFAULT } = given;
  checkLength('Description', description, DESCRIPTION_MAX_CHARACTERS);
  checkLength('InstanceNamePrefix', instanceNamePrefix, NAME_PREFIX_MAX_CHARACTERS);
  if (registerLimit < 1) {
    throw invalid('InvalidParameterValue.TooSmall', 'RegisterLimit', `must be at least 1, was ${registerLimit}`);
  }
  if (registerLimit > REGISTER_LIMIT_MAX) {
    throw invalid(
      'InvalidParameterValue.TooLarge',
      'RegisterLimit',
      `must be at most ${REGISTER_LIMIT_MAX}, was ${registerLimit}`,
    );
  }
  if (effectiveTime < 1) {
    throw invalid('InvalidParameterValue.TooSmall', 'EffectiveTime', `must be at least 1 hour, was ${effectiveTime}`);
  }
  return {
    description,
    instanceNamePrefix,
    registerLimit,
    ...(effectiveTime > EFFECTIVE_HOURS_MAX ? {} : { expiresAt: now + effectiveTime * HOUR_MS }),
  };
}

/** Why a code has no place left: disabled, expired (OperationDenied) or used up (LimitExceeded). Only for whoever has shown its value. */
export function refusalOf(code: RegisterCode, now: number): Refusal {
  if (!code.enabled) return new Refusal('denied', 'OperationDenied', 'the register code is disabled');
  if (code.expiresAt !== undefined && now >= code.expiresAt) {
    return new Refusal('denied', 'OperationDenied', 'the register code has expired');
  }
  return new Refusal(
    'exhausted',
    'LimitExceeded',
    `the register code is used up: ${code.registeredCount} of ${code.registerLimit} machines have registered`,
  );
}

/** The one answer to every code that does not exist, whatever about it is wrong. */
export function badRegisterCode(): Refusal {
  return new Refusal(
    'unauthenticated',
    'AuthFailure',
    'the register code is not valid: no code has this RegisterCodeId and RegisterCodeValue',
  );
}

/** The name of a machine: `<prefix>-<host name>`, or the host name alone, cut to 60 characters. */
export function instanceName(prefix: string, hostName: string): string {
  const whole = prefix === '' ? hostName : `${prefix}-${hostName}`;
  return [...whole].slice(0, INSTANCE_NAME_MAX_CHARACTERS).join('');
}

function checkRegisterCodeId(given: string, field: string): void {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(given)) return;
  throw invalid(
    'InvalidParameterValue.InvalidRegisterCodeId',
    field,
    `must be UUIDs in lower case, one was \`${given.slice(0, 100)}\``,
  );
}

function checkLength(field: string, given: string, max: number): void {
  const count = [...given].length;
  if (count <= max) return;
  throw invalid('InvalidParameterValue.TooLong', field, `must be at most ${max} characters, was ${count}`);
}
