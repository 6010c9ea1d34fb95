import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { Failure } from './domain/failure-line.ts';
import { EXIT } from './domain/outcome.ts';
import { Stop } from './stop.ts';

/** The refusal in an error, also one that the transport wrapped. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof ConnectError && error.cause instanceof Refusal) return error.cause;
  return undefined;
}

const LASTING = new Set<Code>([
  Code.Unimplemented,
  Code.PermissionDenied,
  Code.NotFound,
  Code.Unauthenticated,
  Code.FailedPrecondition,
  Code.OutOfRange,
]);

/** Whether trying again may help: the connection or a service broke, rather than somebody said no. */
export function mayPass(error: unknown): boolean {
  const refusal = refusalIn(error);
  if (refusal) return refusal.kind === 'unavailable' || refusal.kind === 'exhausted';
  if (!(error instanceof ConnectError) || error.cause instanceof Stop) return false;
  return !LASTING.has(error.code) && error.findDetails(ErrorInfoSchema).length === 0;
}

/** Puts whatever was thrown into words. */
export function explain(error: unknown): Failure {
  if (error instanceof Stop) {
    return { message: error.message, exitCode: error.exitCode, ...(error.hint ? { hint: error.hint } : {}) };
  }
  const wrapped = error instanceof ConnectError && error.cause instanceof Stop ? error.cause : undefined;
  if (wrapped) return explain(wrapped);
  const refusal = refusalIn(error);
  if (refusal) {
    const hint = hintFor(refusal);
    return {
      message: refusal.message,
      code: refusal.reason,
      ...refusal.details,
      ...(hint ? { hint } : {}),
      exitCode: refusal.kind === 'not_found' ? EXIT.nothingMatched : EXIT.error,
    };
  }
  if (error instanceof ConnectError) {
    const info = error.findDetails(ErrorInfoSchema)[0];
    if (info) return { message: error.rawMessage, code: info.reason, exitCode: EXIT.error };
    return { message: `the connection broke: ${error.rawMessage}`, hint: 'try again', exitCode: EXIT.error };
  }
  return { message: error instanceof Error ? error.message : String(error), exitCode: EXIT.error };
}

function hintFor({ kind, reason, details }: Refusal): string | undefined {
  switch (kind) {
    case 'unauthenticated':
      return 'log in again with `muster login`';
    case 'denied':
      return details.action
        ? `ask for a policy that allows ${details.action} on ${details.resource ?? '*'}`
        : 'ask for a policy that allows it';
    case 'unavailable':
      return reason === 'ResourceUnavailable.AgentStatusNotOnline'
        ? '--offline wait runs there when they come back, --offline skip leaves them out'
        : 'see that the gateway runs and `muster context show` has its URL, then try again';
    case 'exhausted':
      return 'wait a little and try again';
    default:
      return HINT_OF_REASON[reason] ?? (details.field ? HINT_OF_FIELD[details.field] : undefined);
  }
}

const HINT_OF_REASON: Record<string, string> = {
  'ResourceNotFound.CommandNotFound': '`muster command list` shows yours',
  'ResourceNotFound.InstanceNotFound': '`muster instance list` shows yours',
  'ResourceNotFound.UserNotExist': '`muster iam user list` shows them',
  'ResourceNotFound.GroupNotExist': '`muster iam group list` shows them',
  'ResourceNotFound.RoleNotFound': '`muster iam role list` shows them',
  'ResourceNotFound.PolicyIdNotFound': '`muster iam policy list` shows them',
  'ResourceNotFound.InvocationNotFound': '`muster ps` shows the newest runs',
  'InvalidParameterValue.LackOfParameterInfo': 'give every {{key}} of the script a value with --param key=value',
  'InvalidParameterValue.ParameterDisabled': 'the command takes no parameters: leave --param out',
};

/** The option that fills a request field. */
const HINT_OF_FIELD: Record<string, string> = {
  Timeout: 'set it with --timeout, such as 90s or 2h',
  Username: 'set it with --user',
  WorkingDirectory: 'set it with --cwd',
  CommandName: 'set it with --command-name or --name',
  CommandType: 'set it with --type',
  Parameters: 'set them with --param key=value',
  InstanceIds: '-t takes 200 of one kind at most; --name, --tag and --all take any number of any kind',
  Selector: 'choose with --name, --tag or --all',
  OfflineExpiry: 'set it with --offline-expiry, such as 2h or 7d',
  OutputCOSBucketUrl: 'set it with --output-bucket',
  OutputCOSKeyPrefix: 'set it with --output-prefix',
  ClientToken: 'give another --client-token, or none',
};
