import { IamService } from '@muster/contract';
import { startCalling } from '../../callers.ts';
import { type Fixture, startFixture } from '../../fixture.ts';
import { type SdkOptions, sdkClients } from '../sdk.ts';
import { rotatingTat, type Tat, type WAYS } from '../ways.ts';

/** Most commands of an account here, so that one can have all that it may. */
export const COMMAND_QUOTA = 16;

/** The script as requests carry it. */
export function base64(script: string): string {
  return Buffer.from(script).toString('base64');
}

/** What the tables of refusals name. */
export interface There {
  /** A command without parameters, and one with `a` (by default) and `b`. */
  readonly plain: string;
  readonly withParameters: string;
  /** The name of a command. */
  readonly taken: string;
  /** A command that an invoker is bound to, and that invoker. */
  readonly bound: string;
  readonly invokerId: string;
  /** A command that is being executed, and its run. */
  readonly executing: string;
  readonly invocationId: string;
  /** A register code that nobody has used. */
  readonly registerCode: string;
  /** A machine whose agent is there. */
  readonly instanceId: string;
}

/** Muster as an account's clients see it. */
export interface World extends AsyncDisposable {
  readonly fixture: Fixture;
  readonly there: There;
  /** As the root account, each call of an action in another of the SDK's ways. */
  readonly tat: Tat;
  /** As the root account by TC3 and POST, for what is too long to be an address. */
  readonly posting: Tat;
  /** As the root account in this way. */
  readonly by: (way: (typeof WAYS)[number]) => Tat;
  /** As a user without any right, in turns too. */
  readonly nobody: Tat;
  /** Each kind of call that was sent in turns: action, signature method, method. */
  readonly sent: ReadonlySet<string>;
}

/** Boots Muster with one machine. */
export async function startWorld(): Promise<World> {
  await using starting = new AsyncDisposableStack();
  const settings = { 'command-svc': { MUSTER_COMMAND_QUOTA: String(COMMAND_QUOTA) } };
  const fixture = starting.use(await startFixture(1, { settings }));
  const { url, root, machines } = fixture.constellation;
  const { at, root: token } = await startCalling(fixture.constellation);
  const { secretId, secretKey } = await at(IamService, token).addUser({ name: 'nobody', useApi: true });
  const account: SdkOptions = { url, secretId: root.secretId, secretKey: root.secretKey };
  const sent = new Set<string>();
  const tat = rotatingTat(account, (what) => sent.add(what));
  const nobody = rotatingTat({ url, secretId, secretKey }, () => undefined);
  const posting = sdkClients(account).tat;
  const by: World['by'] = (way) => sdkClients({ ...account, ...way }).tat;
  const there = await makeThings(tat, machines[0]!.instanceId);
  const running = starting.move();
  return { fixture, there, by, tat, posting, nobody, sent, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function makeThings(tat: Tat, instanceId: string): Promise<There> {
  const made = async (CommandName: string, more: object = {}) =>
    (await tat.CreateCommand({ CommandName, Content: base64('true'), ...more })).CommandId!;
  const plain = await made('plain');
  const withParameters = await made('with-parameters', {
    ...{ Content: base64('echo {{a}} {{b}}'), EnableParameter: true, DefaultParameters: '{"a":"A"}' },
  });
  const bound = await made('bound');
  const { InvokerId } = await tat.CreateInvoker({
    ...{ Name: 'yearly', Type: 'SCHEDULE', CommandId: bound, InstanceIds: [instanceId] },
    ScheduleSettings: { Policy: 'RECURRENCE', Recurrence: '0 0 1 1 *' },
  });
  const executing = await made('executing', { Content: base64('sleep 600'), Timeout: 900 });
  const { InvocationId } = await tat.InvokeCommand({ CommandId: executing, InstanceIds: [instanceId] });
  const { RegisterCodeId } = await tat.CreateRegisterCode({ Description: 'unused' });
  return {
    ...{ plain, withParameters, taken: 'plain', bound, executing, instanceId },
    ...{ invokerId: InvokerId!, invocationId: InvocationId!, registerCode: RegisterCodeId! },
  };
}
