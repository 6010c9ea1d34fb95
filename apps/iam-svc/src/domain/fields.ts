import { invalid } from '@muster/kernel';

const PARAM_ERROR = 'InvalidParameter.ParamError';
const NAME = /^[A-Za-z0-9+=,.@_-]+$/;

/** The root's name in its account; no sub-user may bear it. */
export const ROOT_NAME = 'root';

/** A sub-user's name as a new one is given. */
export function checkUserName(name: string): string {
  if (name === ROOT_NAME) throw invalid(PARAM_ERROR, 'Name', 'must not be `root`: that is the root account');
  return checkName('Name', name, 64, PARAM_ERROR);
}

export function checkPolicyName(name: string): string {
  return checkName('PolicyName', name, 128, 'InvalidParameter.PolicyNameError');
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

const PAGE_SIZE = { fallback: 20, most: 200 } as const;

/** One page of a list, as CAM counts them: `rp` items a page, pages from 1. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

export function checkPage({ rp = PAGE_SIZE.fallback, page = 1 }: { rp?: number; page?: number }): Page {
  if (rp < 1 || rp > PAGE_SIZE.most) {
    throw invalid('InvalidParameterValue.Range', 'Rp', `must be 1 to ${PAGE_SIZE.most}, was ${rp}`);
  }
  if (page < 1) throw invalid('InvalidParameterValue.Range', 'Page', `must be at least 1, was ${page}`);
  return { offset: (page - 1) * rp, limit: rp };
}
