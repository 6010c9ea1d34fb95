import { invalid } from '@muster/kernel';

const PARAM_ERROR = 'InvalidParameter.ParamError';
const NAME = /^[A-Za-z0-9+=,.@_-]+$/;

/** The root's name in its account; no sub-user may bear it. */
export const ROOT_NAME = 'root';

/** The name of a new sub-user, collaborator or message recipient. */
export function checkUserName(name: string): string {
  if (name === ROOT_NAME) throw invalid(PARAM_ERROR, 'Name', 'must not be `root`: that is the root account');
  return checkName('Name', name, 64, PARAM_ERROR);
}

/** What a root account is called in the installation. */
export function checkAccountName(name: string): string {
  return checkName('Name', name, 64, PARAM_ERROR);
}

export function checkGroupName(name: string): string {
  return checkName('GroupName', name, 64, PARAM_ERROR);
}

export function checkPolicyName(name: string): string {
  return checkName('PolicyName', name, 128, 'InvalidParameter.PolicyNameError');
}

export function checkRoleName(name: string): string {
  return checkName('RoleName', name, 128, PARAM_ERROR);
}

function checkName(field: string, name: string, most: number, code: string): string {
  if (name.length >= 1 && name.length <= most && NAME.test(name)) return name;
  const given = name.length > most ? `had ${name.length}` : `was \`${name}\``;
  throw invalid(code, field, `must be 1 to ${most} characters of A-Z a-z 0-9 + = , . @ _ -, ${given}`);
}

export function checkRemark(remark: string): string {
  return checkLength('Remark', remark, 1_024, PARAM_ERROR);
}

export function checkKeyDescription(description: string): string {
  return checkLength('Description', description, 1_024, PARAM_ERROR);
}

function checkLength(field: string, text: string, most: number, code: string): string {
  const length = [...text].length;
  if (length <= most) return text;
  throw invalid(code, field, `must be at most ${most} characters, had ${length}`);
}

const DESCRIPTION_BYTES = 300;

export function checkPolicyDescription(description: string): string {
  const bytes = new TextEncoder().encode(description).length;
  if (bytes <= DESCRIPTION_BYTES) return description;
  const what = `must be at most ${DESCRIPTION_BYTES} bytes, had ${bytes}`;
  throw invalid('InvalidParameter.DescriptionLengthOverlimit', 'Description', what);
}

/** Passes on what a request must name: text that is not empty, an id or uin that is not 0. */
export function requireGiven(field: string, value: string): string {
  if (value === '' || value === '0') throw invalid('MissingParameter', field, 'must be given');
  return value;
}

const PHONE_DIGITS = 32;
const COUNTRY_CODE_DIGITS = 8;
const EMAIL_CHARACTERS = 254;

/** Where notices reach somebody, as a request gives it. */
export function checkContact({ phoneNum, countryCode, email }: Record<'phoneNum' | 'countryCode' | 'email', string>) {
  return {
    phoneNum: checkPhoneNum(phoneNum),
    countryCode: checkCountryCode(countryCode),
    email: checkEmail(email),
  };
}

/** A phone number without its country's code; empty for none. */
export function checkPhoneNum(phone: string): string {
  return checkDigits('PhoneNum', phone, PHONE_DIGITS);
}

/** A country's calling code, such as `86`; empty for none. */
export function checkCountryCode(code: string): string {
  return checkDigits('CountryCode', code, COUNTRY_CODE_DIGITS);
}

function checkDigits(field: string, text: string, most: number): string {
  if (text.length <= most && /^[0-9]*$/.test(text)) return text;
  const given = text.length > most ? `had ${text.length}` : `was \`${text}\``;
  throw invalid(PARAM_ERROR, field, `must be at most ${most} digits, ${given}`);
}

/** An address for mail; empty for none. Whether mail arrives there is not looked at. */
export function checkEmail(email: string): string {
  if (email.length > EMAIL_CHARACTERS) {
    throw invalid(PARAM_ERROR, 'Email', `must be at most ${EMAIL_CHARACTERS} characters, had ${email.length}`);
  }
  const parts = email.split('@');
  if (email === '' || (parts.length === 2 && !parts.includes('') && !/[\s\p{Cc}]/u.test(email))) return email;
  throw invalid(PARAM_ERROR, 'Email', `must be \`name@domain\`, was \`${email}\``);
}

/** Whether a name holds the keyword of a list, without case; every name holds an empty one. */
export function nameHolds(name: string, keyword: string): boolean {
  return name.toLowerCase().includes(keyword.toLowerCase());
}

/** One page of a list, as CAM counts them: `rp` items a page, pages from 1. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** How many items a page of a list has when nothing is said, and at most. */
export interface PageSize {
  readonly fallback: number;
  readonly most: number;
}

/** The same as a count and how many are passed over. Refusal: InvalidParameter.ParamError where pages are counted as well. */
export function checkSlice(request: { rp?: number; page?: number; limit?: number; offset?: number }): Page {
  const { rp, page, limit = USUAL_PAGE.fallback, offset = 0 } = request;
  if (request.limit === undefined && request.offset === undefined) return checkPage(request);
  if (rp !== undefined || page !== undefined) {
    throw invalid(PARAM_ERROR, 'Limit', 'and Offset must be absent where Rp or Page is given');
  }
  if (limit < 1 || limit > USUAL_PAGE.most) {
    throw invalid('InvalidParameterValue.Range', 'Limit', `must be 1 to ${USUAL_PAGE.most}, was ${limit}`);
  }
  return { offset, limit };
}

const USUAL_PAGE: PageSize = { fallback: 20, most: 200 };

/** Everything on one page unless it is said otherwise, as CAM lists users. */
export const WHOLE_LIST: PageSize = { fallback: Number.MAX_SAFE_INTEGER, most: 1_000 };

export function checkPage(
  { rp, page = 1 }: { rp?: number; page?: number },
  { fallback, most }: PageSize = USUAL_PAGE,
): Page {
  if (rp !== undefined && (rp < 1 || rp > most)) {
    throw invalid('InvalidParameterValue.Range', 'Rp', `must be 1 to ${most}, was ${rp}`);
  }
  if (page < 1) throw invalid('InvalidParameterValue.Range', 'Page', `must be at least 1, was ${page}`);
  const limit = rp ?? fallback;
  return { offset: (page - 1) * limit, limit };
}
