import { given, policyRefusal } from './refusals.ts';
import { fullRegion } from './regions.ts';
import { hasVariables, KNOWN_VARIABLES, substitutePieces, unknownVariable, type Variables } from './variables.ts';
import { compileWildcard, matchWildcard, type Wildcard } from './wildcard.ts';

/** What a request is about: `qcs::tat:ap-guangzhou:uin/100000000001:command/cmd-1a2b3c4d` taken apart. */
export interface ResourceName {
  readonly service: string;
  /** Full name; empty for a global service. */
  readonly region: string;
  /** `uin/<root>`, for COS and CAS also `uid/<appid>`. */
  readonly account: string;
  readonly path: string;
}

/** The resource part of a statement: `*`, or six segments. An undefined segment accepts everything. */
export type ResourcePattern =
  | '*'
  | {
      readonly service: Wildcard | undefined;
      readonly region: string | undefined;
      /** Undefined means the own account: nothing outside of it is ever matched against a pattern. */
      readonly account: string | undefined;
      readonly path: Wildcard;
      /** `P` of a path `P/*`: the directory rule covers the bare `P` too (CAM section 5, item 6). */
      readonly directory: Wildcard | undefined;
      readonly variables: boolean;
    };

const SERVICE = /^[a-z][a-z0-9_-]*$/;
const SERVICE_PATTERN = /^[a-z0-9_*-]+$/;
const REGION = /^[a-z][a-z0-9-]*$/;
const ACCOUNT = /^ui[nd]\/[0-9]+$/;

/** The last segment may itself hold colons, so only the first five of them separate. */
function segments(text: string): string[] | undefined {
  const parts = text.split(':');
  if (parts.length < 6 || parts[0] !== 'qcs') return undefined;
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** `uid/<appid>` names an account only for the two services that use it (CAM section 15, A19). */
function isAccount(account: string, service: string): boolean {
  return ACCOUNT.test(account) && (account.startsWith('uin/') || service === 'cos' || service === 'cas');
}

/**
 * A fully specified resource of a request, or undefined for anything else (which then is never allowed). An empty
 * account segment means `ownAccount`, the caller's.
 */
export function parseResourceName(text: string, ownAccount: string): ResourceName | undefined {
  const parts = segments(text);
  if (parts === undefined) return undefined;
  const [, project, service, region, account, path] = parts as [string, string, string, string, string, string];
  const named =
    (project === '' || project === 'id/0') &&
    SERVICE.test(service) &&
    (region === '' || REGION.test(region)) &&
    (account === '' || isAccount(account, service)) &&
    path !== '';
  return named ? { service, region: fullRegion(region), account: account || ownAccount, path } : undefined;
}

/** Checks one resource of a statement. `where` is its place in the document; `account` is the only root it may name. */
export function checkResourcePattern(text: string, where: string, account: string | undefined): void {
  if (text === '*') return;
  const parts = segments(text);
  if (parts === undefined) {
    throw policyRefusal(
      'ResourceQcsError',
      `${where} must be \`*\` or six segments \`qcs::service:region:account:resource\`, was ${given(text)}`,
    );
  }
  const [, project, service, region, owner, path] = parts as [string, string, string, string, string, string];
  if (project !== '' && project !== 'id/0') {
    throw policyRefusal('ResourceProjectError', `${where} must leave the project segment empty, was ${given(text)}`);
  }
  if (service !== '' && !SERVICE_PATTERN.test(service)) {
    throw policyRefusal('ResourceServiceNotExist', `${where} must name a lowercase service, was ${given(text)}`);
  }
  if (region !== '' && region !== '*' && !REGION.test(region)) {
    throw policyRefusal('ResourceRegionError', `${where} must name one region, \`*\` or nothing, was ${given(text)}`);
  }
  if (owner !== '' && owner !== '*' && !isAccount(owner, service)) {
    throw policyRefusal(
      'ResourceUinError',
      `${where} must name its account as \`uin/<root uin>\` or leave it empty, was ${given(text)}`,
    );
  }
  if (account !== undefined && owner.startsWith('uin/') && owner !== `uin/${account}`) {
    throw policyRefusal(
      'ResourceUinError',
      `${where} must name this account, \`uin/${account}\`, or leave it empty, was ${given(text)}`,
    );
  }
  if (path === '') {
    throw policyRefusal('ResourceContentError', `${where} must end in a resource or \`*\`, was ${given(text)}`);
  }
  const stranger = unknownVariable(path);
  if (stranger !== undefined) {
    throw policyRefusal('ResourceContentError', `${where} may use ${KNOWN_VARIABLES}, uses ${given(stranger)}`);
  }
}

/** Compiles a resource that `checkResourcePattern` has passed. */
export function compileResource(text: string): ResourcePattern {
  if (text === '*') return '*';
  const [, , service, region, account, path] = segments(text) as [string, string, string, string, string, string];
  return {
    service: service === '' || service === '*' ? undefined : compileWildcard(service),
    region: region === '' || region === '*' ? undefined : fullRegion(region),
    account: account === '' || account === '*' ? undefined : account,
    path: compileWildcard(path),
    directory: path.endsWith('/*') ? compileWildcard(path.slice(0, -2)) : undefined,
    variables: hasVariables(path),
  };
}

/**
 * Whether a statement's resource covers what the request names. An operation-level request (`*`) is covered by `*`
 * alone (CAM section 5).
 */
export function coversResource(pattern: ResourcePattern, name: ResourceName | '*', variables: Variables): boolean {
  if (pattern === '*') return true;
  if (name === '*') return false;
  if (pattern.region !== undefined && pattern.region !== name.region) return false;
  if (pattern.account !== undefined && pattern.account !== name.account) return false;
  if (pattern.service !== undefined && !matchWildcard(pattern.service, name.service)) return false;
  const fits = (pieces: Wildcard) =>
    matchWildcard(pattern.variables ? substitutePieces(pieces, variables) : pieces, name.path);
  return fits(pattern.path) || (pattern.directory !== undefined && fits(pattern.directory));
}
