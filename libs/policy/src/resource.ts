import { given, type PolicyFault } from './refusals.ts';
import { fullRegion } from './regions.ts';
import {
  compileTemplate,
  fillIn,
  hasVariables,
  KNOWN_VARIABLES,
  type Template,
  unknownVariable,
  type Variables,
} from './variables.ts';
import { compileWildcard, matchWildcard, type Wildcard } from './wildcard.ts';

/** What a request is about: `qcs::tat:ap-guangzhou:uin/100000000001:command/cmd-1a2b3c4d` taken apart. */
export interface ResourceName {
  readonly service: string;
  /** Full name; empty for a global service. */
  readonly region: string;
  /** `uin/<root>`, for COS and CAS also `uid/<appid>`. */
  readonly account: string;
  readonly path: string;
  /** Whether it is another account's. Only a role that is to be assumed may be (CAM section 9). */
  readonly foreign?: boolean;
}

/** The resource part of a statement: `*`, or six segments. An undefined segment accepts everything. */
export type ResourcePattern =
  | '*'
  | {
      readonly service: Wildcard | undefined;
      readonly region: string | undefined;
      /** Undefined means the own account: nothing outside of it is ever matched against a pattern. */
      readonly account: string | undefined;
      /** Whether the account was left empty, and so never means another one. */
      readonly ownOnly: boolean;
      readonly path: PathPattern;
      /** `P` of a path `P/*`: the directory rule covers the bare `P` too (CAM section 5, item 6). */
      readonly directory: PathPattern | undefined;
    };

/** A wildcard over the last segment. */
interface PathPattern {
  readonly pieces: Wildcard;
  /** Of pieces with policy variables, which are made anew for each request. */
  readonly templates: readonly Template[] | undefined;
}

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
  return ACCOUNT.test(account) && mayOwn(account, service);
}

function mayOwn(account: string, service: string): boolean {
  return !account.startsWith('uid/') || service === 'cos' || service === 'cas';
}

/** Five segments without colons and a path. No part can be read in two ways, so nothing makes this slow. */
const NAME = /^qcs:(?:id\/0)?:([a-z][a-z0-9_-]*):((?:[a-z][a-z0-9-]*)?):((?:ui[nd]\/[0-9]+)?):(.+)$/s;

/** A fully specified resource, or undefined for anything else. An empty account segment means `ownAccount`. */
export function parseResourceName(text: string, ownAccount: string): ResourceName | undefined {
  const found = NAME.exec(text);
  if (found === null) return undefined;
  const [, service, region, account, path] = found as unknown as [string, string, string, string, string];
  if (!mayOwn(account, service)) return undefined;
  return { service, region: fullRegion(region), account: account || ownAccount, path };
}

/** What is wrong with one resource of a statement, if anything is. `account` is the only root that it may name. */
export function resourceFault(
  text: string,
  account: string | undefined,
): readonly [code: PolicyFault, what: string] | undefined {
  if (text === '*') return undefined;
  const was = `was ${given(text)}`;
  const parts = segments(text);
  if (parts === undefined) {
    return ['ResourceQcsError', `must be \`*\` or six segments \`qcs::service:region:account:resource\`, ${was}`];
  }
  const [, project, service, region, owner, path] = parts as [string, string, string, string, string, string];
  if (project !== '' && project !== 'id/0') {
    return ['ResourceProjectError', `must leave the project segment empty, ${was}`];
  }
  if (service !== '' && !SERVICE_PATTERN.test(service)) {
    return ['ResourceServiceNotExist', `must name a lowercase service, ${was}`];
  }
  if (region !== '' && region !== '*' && !REGION.test(region)) {
    return ['ResourceRegionError', `must name one region, \`*\` or nothing, ${was}`];
  }
  if (owner !== '' && owner !== '*' && !isAccount(owner, service)) {
    return ['ResourceUinError', `must name its account as \`uin/<root uin>\` or leave it empty, ${was}`];
  }
  const assumable = service === 'cam' && (path.startsWith('role/') || path.startsWith('roleName/'));
  if (account !== undefined && !assumable && owner.startsWith('uin/') && owner !== `uin/${account}`) {
    return ['ResourceUinError', `must name this account, \`uin/${account}\`, or leave it empty, ${was}`];
  }
  if (path === '') return ['ResourceContentError', `must end in a resource or \`*\`, ${was}`];
  const stranger = unknownVariable(path);
  return stranger === undefined
    ? undefined
    : ['ResourceContentError', `may use ${KNOWN_VARIABLES}, uses ${given(stranger)}`];
}

/** Compiles a resource that `resourceFault` has passed. */
export function compileResource(text: string): ResourcePattern {
  if (text === '*') return '*';
  const [, , service, region, account, path] = segments(text) as [string, string, string, string, string, string];
  return {
    service: service === '' || service === '*' ? undefined : compileWildcard(service),
    region: region === '' || region === '*' ? undefined : fullRegion(region),
    account: account === '' || account === '*' ? undefined : account,
    ownOnly: account === '',
    path: compilePath(path),
    directory: path.endsWith('/*') ? compilePath(path.slice(0, -2)) : undefined,
  };
}

function compilePath(text: string): PathPattern {
  const pieces = compileWildcard(text);
  return { pieces, templates: hasVariables(text) ? pieces.map(compileTemplate) : undefined };
}

/** The pattern with its variables filled in, piece by piece: a value is always taken literally. */
export function pathWildcard({ pieces, templates }: PathPattern, variables: Variables): Wildcard {
  return templates === undefined ? pieces : templates.map((piece) => fillIn(piece, variables));
}

/** Whether six segments may cover anything of that service, region and account. */
export function coversPlace(pattern: Exclude<ResourcePattern, '*'>, place: Omit<ResourceName, 'path'>): boolean {
  if (pattern.region !== undefined && pattern.region !== place.region) return false;
  if (pattern.account !== undefined && pattern.account !== place.account) return false;
  if (pattern.ownOnly && place.foreign) return false;
  return pattern.service === undefined || matchWildcard(pattern.service, place.service);
}

/**
 * Whether a statement's resource covers what the request names. An operation-level request (`*`) is covered by `*`
 * alone (CAM section 5).
 */
export function coversResource(pattern: ResourcePattern, name: ResourceName | '*', variables: Variables): boolean {
  if (pattern === '*') return true;
  if (name === '*' || !coversPlace(pattern, name)) return false;
  const { path, directory } = pattern;
  if (matchWildcard(pathWildcard(path, variables), name.path)) return true;
  return directory !== undefined && matchWildcard(pathWildcard(directory, variables), name.path);
}
