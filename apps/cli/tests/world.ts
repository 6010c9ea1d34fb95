import { ConnectError } from '@connectrpc/connect';
import {
  type AccessKey,
  type AutomationAgentInfo,
  type Collaborator,
  type Command,
  ErrorInfoSchema,
  type Group,
  type InvokeCommandRequest,
  type Invoker,
  type InvokerRecord,
  type Policy,
  type PolicyVersion,
  type RegisterCodeInfo,
  type Role,
  type RunCommandRequest,
  type Scene,
  type User,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { errorToStatus } from '@muster/rpc';
import type { FakeRun } from './fake-run.ts';
import type { FakeShells } from './fake-shells.ts';

export const SECRET_ID = 'AKIDexample0000000000000000000000000';
export const SECRET_KEY = 'a-secret-that-never-travels';

/** The fake gateway's commands, each version a row, newest first. */
export interface Library {
  readonly commands: Command[];
  readonly scenes: Scene[];
}

/** The fake gateway's people and their rights. */
export interface Directory {
  readonly users: User[];
  readonly keys: { uin: string; key: AccessKey }[];
  readonly policies: Policy[];
  /** `uin` is a uin, `group/<number>` or `role/<name>`. */
  readonly attached: { policyId: string; uin: string }[];
  readonly groups: Group[];
  readonly members: { groupId: string; uin: string }[];
  readonly roles: Role[];
  /** By a uin or `role/<name>`. */
  readonly boundaries: Map<string, string>;
  readonly versions: PolicyVersion[];
  readonly collaborators: Collaborator[];
  readonly codes: RegisterCodeInfo[];
}

/** What the routes of the fake gateway share; tests look at it and change it. */
export interface World {
  readonly instances: Partial<AutomationAgentInfo>[];
  /** Newest first. */
  readonly runs: FakeRun[];
  readonly library: Library;
  /** Newest first. */
  readonly invokers: Invoker[];
  readonly records: InvokerRecord[];
  readonly directory: Directory;
  readonly shells: FakeShells;
  /** Tokens that the gateway takes now. */
  readonly tokens: Set<string>;
  /** What a new run does; nothing when absent, so that the test drives it. A retry has no such request. */
  onRun: (run: FakeRun, request: RunCommandRequest | InvokeCommandRequest | undefined) => void;
  /** Methods that are refused. */
  readonly refusals: Map<string, Refusal>;
  /** Methods whose next answer never arrives, for the connection breaks. */
  readonly lostAnswers: Set<string>;
  /** Waits before the next watches begin, one each. */
  readonly watchHooks: (() => Promise<void>)[];
}

/** As the gateway answers refusals: the code of the kind, and the TAT code in ErrorInfo. */
export function toConnectError(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const { code, message } = errorToStatus(error, 'req-1');
  const { field, action, resource } = error.details;
  const metadata = Object.fromEntries(
    Object.entries({ field, action, resource }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const info = { desc: ErrorInfoSchema, value: { reason: error.reason, domain: 'muster', metadata } };
  return new ConnectError(message, code, undefined, [info]);
}
