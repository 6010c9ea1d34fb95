import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import {
  CommandSchema,
  CommandType,
  type CreateInvokerRequestSchema,
  type Invoker,
  InvokerOutcome,
  type InvokerRecord,
  InvokerService,
  SchedulePolicy,
  type ScheduleSettingsSchema,
} from '@muster/contract';
import { eventually, USER_UIN } from '@muster/testkit';
import type { FakeAgent } from './fake-agent.ts';
import { bytes, type Fixture, startOn } from './runs-fixture.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Every minute, in UTC. */
export const EVERY_MINUTE = { policy: SchedulePolicy.RECURRENCE, recurrence: '* * * * *', timeZone: 'UTC' };
/** At every full hour. */
export const HOURLY = { ...EVERY_MINUTE, recurrence: '0 * * * *' };

type NewInvoker = Omit<MessageInitShape<typeof CreateInvokerRequestSchema>, '$typeName' | 'scheduleSettings'> & {
  readonly scheduleSettings?: MessageInitShape<typeof ScheduleSettingsSchema>;
};

export function invokersOf(service: Fixture, credential = 'root'): Client<typeof InvokerService> {
  return service.client(InvokerService, credential);
}

let serial = 0;

/** Puts a command into the library. */
export function saveCommand(service: Fixture, init: MessageInitShape<typeof CommandSchema> = {}): string {
  const commandId = `cmd-${String(serial++).padStart(8, '0')}`;
  const command = create(CommandSchema, {
    ...{ commandId, commandName: 'scheduled', content: bytes('true'), commandType: CommandType.SHELL, timeout: 60 },
    ...{ username: 'root', workingDirectory: '/root', version: 1, createdUin: USER_UIN },
    ...init,
  });
  service.library.commands.set(command.commandId, command);
  return command.commandId;
}

/** What CreateInvoker takes for these machines: every hour unless told otherwise. */
export function order(
  service: Fixture,
  agents: readonly { readonly instanceId: string }[],
  init: NewInvoker = {},
): MessageInitShape<typeof CreateInvokerRequestSchema> {
  return {
    name: 'nightly',
    type: 'SCHEDULE',
    commandId: init.commandId ?? saveCommand(service),
    instanceIds: agents.map(({ instanceId }) => instanceId),
    scheduleSettings: HOURLY,
    ...init,
  };
}

/** Makes one; gives its id. */
export async function makeInvoker(
  service: Fixture,
  agents: readonly { readonly instanceId: string }[],
  init: NewInvoker = {},
  credential = 'root',
): Promise<string> {
  return (await invokersOf(service, credential).createInvoker(order(service, agents, init))).invokerId;
}

export async function invokerOf(service: Fixture, invokerId: string): Promise<Invoker> {
  const { invokerSet } = await invokersOf(service).describeInvokers({ invokerIds: [invokerId] });
  return invokerSet[0]!;
}

/** The next time it fires, epoch milliseconds. */
export async function nextOf(service: Fixture, invokerId: string): Promise<number> {
  return timestampMs((await invokerOf(service, invokerId)).nextInvokeTimes[0]!);
}

/** The records of one, newest first. */
export async function recordsOf(service: Fixture, invokerId: string): Promise<InvokerRecord[]> {
  return (await invokersOf(service).describeInvokerRecords({ invokerIds: [invokerId], limit: 100 })).invokerRecordSet;
}

/** The record of a slot, once it has this outcome. */
export function untilRecord(
  service: Fixture,
  invokerId: string,
  { slot, outcome }: { slot: number; outcome: InvokerOutcome },
): Promise<InvokerRecord> {
  return eventually(`outcome ${outcome} of ${new Date(slot).toISOString()}`, async () => {
    const records = await recordsOf(service, invokerId);
    return records.find((one) => timestampMs(one.scheduledTime!) === slot && one.outcome === outcome);
  });
}

/** Moves the service's clock to a moment. */
export function goTo(service: Fixture, moment: number): void {
  service.clock.ahead = moment - Date.now();
}

/** Lets the next slot of one come; gives it. */
export async function come(service: Fixture, invokerId: string): Promise<number> {
  const slot = await nextOf(service, invokerId);
  goTo(service, slot);
  // a clock that was set is noticed within a second; a call that may change a schedule has it looked at now
  await invokersOf(service).modifyInvoker({ invokerId });
  return slot;
}

/** Its outcomes, newest first. */
export async function outcomesOf(service: Fixture, invokerId: string): Promise<InvokerOutcome[]> {
  return (await recordsOf(service, invokerId)).map(({ outcome }) => outcome);
}

/** Lets a slot come for one on a single machine; gives the slot, its run, and its task, which runs. */
export async function firedRun(service: Fixture, invokerId: string, agent: FakeAgent) {
  const slot = await come(service, invokerId);
  const { invocationId } = await untilRecord(service, invokerId, { slot, outcome: InvokerOutcome.STARTED });
  return { slot, invocationId, task: await startOn(agent) };
}

/** Deletes all that there are, so that no slot of theirs comes in the next test. */
export async function deleteInvokers(service: Fixture): Promise<void> {
  const { invokerSet } = await invokersOf(service).describeInvokers({ limit: 100 });
  for (const { invokerId } of invokerSet) await invokersOf(service).deleteInvoker({ invokerId });
}
