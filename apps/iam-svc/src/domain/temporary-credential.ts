import { invalid, Refusal } from '@muster/kernel';
import { parsePolicy } from '@muster/policy';
import type { UserIdentity } from './identity.ts';
import type { Quotas } from './quotas.ts';
import { parseRoleResource, type RoleRef } from './role-resource.ts';

const PARAM_ERROR = 'InvalidParameter.ParamError';

/** Whether a credential came from AssumeRole or GetFederationToken. One from GetSessionToken is its caller's own. */
export function isTemporary({ type, sessionName }: Pick<UserIdentity, 'type' | 'sessionName'>): boolean {
  return type === 'role' || sessionName !== '';
}

/** Of what kind a credential is: a role session, that of a federated user, or one of the user itself. */
export interface CredentialKind {
  /** The account that it acts in. */
  readonly accountUin: string;
  readonly roleId?: string;
  /** Of a role session or a federated user; empty or undefined for none. */
  readonly sessionName?: string;
}

/** A credential as the audit names it: the forms of CAM section 9, with the session's name. */
export function credentialArn({ accountUin, uin, roleId, sessionName }: CredentialKind & { uin: string }): string {
  if (roleId !== undefined) return `qcs::sts::uin/${accountUin}:assumed-role/${roleId}/${sessionName}`;
  if (sessionName) return `qcs::sts::uin/${accountUin}:federated-user/${uin}/${sessionName}`;
  return `qcs::cam::uin/${accountUin}:uin/${uin}`;
}

/** Passes for whoever proved itself with a key or a password. Refusal: FailedOperation.TempKeyNotAllowed. */
export function requirePermanent(identity: Pick<UserIdentity, 'type' | 'sessionName'>): void {
  if (!isTemporary(identity)) return;
  const message = 'a temporary credential cannot make another one here; use an access key or the console password';
  throw new Refusal('denied', 'FailedOperation.TempKeyNotAllowed', message);
}

/** How long credentials last, in seconds. */
export interface Duration {
  readonly fallback: number;
  readonly most: number;
}

/** An hour in a chain, so that a role that leads to another role, and back, ends all the same. */
const LONGEST_CHAINED = 3_600;

/** A role session lasts an hour, or what is asked for up to the role's own limit; in a chain of roles up to an hour. */
export function roleSessionDuration(
  { sessionSeconds }: { readonly sessionSeconds: number },
  caller: Pick<UserIdentity, 'type'>,
): Duration {
  const most = caller.type === 'role' ? Math.min(sessionSeconds, LONGEST_CHAINED) : sessionSeconds;
  return { fallback: Math.min(most, 3_600), most };
}

export function federationDuration({ type }: Pick<UserIdentity, 'type'>): Duration {
  return { fallback: 1_800, most: type === 'root' ? 7_200 : 129_600 };
}

export const SESSION_TOKEN_DURATION: Duration = { fallback: 7_200, most: 129_600 };

/** The seconds that are asked for. Refusal: InvalidParameter.OverTimeError beyond the limit. */
export function checkDuration(asked: number, { fallback, most }: Duration): number {
  if (asked <= most) return asked || fallback;
  throw invalid('InvalidParameter.OverTimeError', 'DurationSeconds', `must be at most ${most} here, was ${asked}`);
}

/** The role that an arn means; one that leaves the account empty means `ownAccount`'s. */
export function checkRoleArn(arn: string, ownAccount: string): RoleRef {
  if (arn === '') throw invalid('MissingParameter', 'RoleArn', 'must be given');
  const ref = parseRoleResource(arn, ownAccount);
  if (ref) return ref;
  const forms = '`qcs::cam::uin/<root>:roleName/<name>` or `qcs::cam::uin/<root>:role/<id>`';
  throw invalid(PARAM_ERROR, 'RoleArn', `must be ${forms}, was \`${arn.slice(0, 200)}\``);
}

/** The name of a role session: it stands in the audit log. */
export function checkSessionName(name: string): string {
  if (/^[A-Za-z0-9_+=,.@-]{2,128}$/.test(name)) return name;
  throw invalid(
    PARAM_ERROR,
    'RoleSessionName',
    `must be 2 to 128 characters of A-Z a-z 0-9 _ + = , . @ -, ${was(name)}`,
  );
}

/** The name of whom a caller vouches for. */
export function checkFederatedName(name: string): string {
  if (/^[A-Za-z]{2,128}$/.test(name)) return name;
  throw invalid(PARAM_ERROR, 'Name', `must be 2 to 128 letters, ${was(name)}`);
}

/** What a trust policy may ask for as `sts:external_id`; empty for none. */
export function checkExternalId(id: string): string {
  if (id === '' || /^[A-Za-z0-9_+=,.@:/-]{2,128}$/.test(id)) return id;
  throw invalid(PARAM_ERROR, 'ExternalId', `must be 2 to 128 characters of A-Z a-z 0-9 _ + = , . @ : / -, ${was(id)}`);
}

/** The authenticator that a code is of: empty for the caller's only one. Refusal: FailedOperation.MFATypeNotSupported for other kinds. */
export function checkSerialNumber(serial: string, account: string): void {
  if (serial === '') return;
  const [, owner, kind] = /^qcs::cam::?uin\/(\d+)::?mfa\/(\w+)$/.exec(serial) ?? [];
  if (owner !== account) {
    const form = `\`qcs::cam:uin/${account}::mfa/softToken\``;
    throw invalid(PARAM_ERROR, 'SerialNumber', `must be ${form}, ${was(serial)}`);
  }
  if (kind === 'softToken') return;
  throw invalid('FailedOperation.MFATypeNotSupported', 'SerialNumber', `must end in \`softToken\`, was of \`${kind}\``);
}

function was(text: string): string {
  return text.length > 128 ? `had ${text.length}` : `was \`${text}\``;
}

/** STS has words of its own for what is wrong with a policy (CAM section 14.1); everything else is StrategyInvalid. */
const FAULTS: Readonly<Record<string, string>> = {
  'InvalidParameter.PolicyDocumentError': 'StrategyFormatError',
  'InvalidParameter.PolicyDocumentLengthOverLimit': 'PolicyTooLong',
  'InvalidParameter.ResourceUinError': 'GrantOtherResource',
};

/** A policy that narrows a credential for `account`: JSON text, kept as it was given; empty for none. */
export function checkSessionPolicy(
  text: string,
  { account, quotas }: { readonly account: string; readonly quotas: Pick<Quotas, 'policyCharacters'> },
): string {
  if (text === '') return text;
  try {
    parsePolicy(text, { maxCharacters: quotas.policyCharacters, account });
    return text;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = `InvalidParameter.${FAULTS[error.reason] ?? 'StrategyInvalid'}`;
    throw invalid(code, 'Policy', error.message.replace(/^PolicyDocument /, ''));
  }
}
