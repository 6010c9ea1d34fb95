import { create } from '@bufbuild/protobuf';
import { CommandSchema, CommandType } from '@muster/contract';
import { openStore } from '@muster/db';
import { ACCOUNT_UIN, fakeAuthorizer, silentLogger } from '@muster/testkit';
import { Vault } from '@muster/vault';
import { type Kysely, sql } from 'kysely';
import type { Invoker } from '../src/domain/invoker.ts';
import type { FiringContext } from '../src/fire.ts';
import { InstanceStore } from '../src/store/instance-store.ts';
import { InvokerStore } from '../src/store/invoker-store.ts';
import { migrations } from '../src/store/migrations/index.ts';
import type { Schema } from '../src/store/schema.ts';
import { unitsOfWork, type Write } from '../src/store/unit-of-work.ts';
import { fakeDelegations } from './fake-delegations.ts';
import { fakeObjectStorage } from './fake-object-storage.ts';

/** The slot of every invoker here, and a moment at which it is on time. */
export const SLOT = Date.UTC(2026, 0, 1, 12);
export const NOW = SLOT + 1_000;

const VAULT = new Vault(Buffer.alloc(32, 1));
const COMMAND_ID = 'cmd-00000000';
const INSTANCE_ID = 'ins-00000000';

export function openFiringStore(file: string): Promise<Kysely<Schema>> {
  return openStore<Schema>({ file, migrations: migrations(VAULT) });
}

/** Puts a machine and invokers with a slot at `SLOT` into a store. */
export async function fillFiringStore(db: Kysely<Schema>, count: number): Promise<string[]> {
  const texts = { tenant: 'T', name: 'web', publicKey: 'U', registerCodeId: 'r', hostName: 'web', localIp: '10.0.0.1' };
  const said = {
    systemName: 'Linux',
    agentVersion: '0',
    machineId: '',
    supportFeatures: [],
    refusals: {},
    hostVeto: '',
    signingKeyIds: [],
    bootId: 'b',
    journalId: 'j',
  };
  const times = { createdAt: SLOT - 60_000, updatedAt: SLOT - 60_000 };
  const accountUin = ACCOUNT_UIN;
  const machine = { instanceId: INSTANCE_ID, accountUin, kind: 'CVM', epoch: 1n, online: true } as const;
  await new InstanceStore(db).insert({ ...texts, ...said, ...times, ...machine });
  const ids = Array.from({ length: count }, (_, index) => `ivk-${String(index).padStart(8, '0')}`);
  for (const invokerId of ids) {
    const invoker: Invoker = {
      ...{ invokerId, accountUin, name: 'hourly', commandId: COMMAND_ID, commandVersion: 0, username: '' },
      ...{ instanceIds: [INSTANCE_ID], selector: undefined, offlinePolicy: undefined, enabled: true },
      ...{ shownParameters: '', sealedParameters: undefined, delegationId: invokerId, createdUin: accountUin },
      schedule: {
        ...{ policy: 'RECURRENCE', recurrence: '0 * * * *', invokeAt: undefined, timeZone: 'UTC' },
        ...{ overlapPolicy: 'SKIP', missedRunPolicy: 'SKIP', missedRunWindow: 3_600 },
      },
      nextAt: SLOT,
      ...times,
    };
    await new InvokerStore(db).insert(invoker);
  }
  return ids;
}

/** What is decided about every run here. */
const QUESTION = { action: 'tat:InvokeCommand', command: {}, peerAddress: '', requestTags: [] };

/** Called at every step with its name, in the order in which a firing takes them; the step is taken once it resolves. */
export type Step = (name: string) => void | Promise<void>;

/** What a scheduler works with on such a store: peers that always agree, and a clock that stands still. */
export function firingParts(db: Kysely<Schema>, step: Step = () => undefined): FiringContext {
  const iam = fakeAuthorizer();
  const delegations = fakeDelegations();
  const command = create(CommandSchema, {
    ...{ commandId: COMMAND_ID, commandName: 'c', content: new TextEncoder().encode('true'), version: 1 },
    ...{ commandType: CommandType.SHELL, timeout: 60, username: 'root', workingDirectory: '/root' },
  });
  return {
    db,
    write: stepping(unitsOfWork(db, { announce: () => undefined, committed: () => undefined }), step),
    clock: { now: () => NOW },
    logger: silentLogger,
    region: 'ap-guangzhou',
    vault: VAULT,
    rules: {
      windowMs: 10_000,
      deadlineMs: 60_000,
      graceMs: 60_000,
      catchUpMs: 60_000,
      outputLimit: 1,
      backlog: { ofAccount: 1_000, inAll: 1_000 },
    },
    kickDispatch: () => undefined,
    standing: {
      makerOf: async () => ({ delegationId: 'runs', question: QUESTION }),
      decided: () => undefined,
      stands: () => true,
      decideAgain: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    },
    objectStorage: fakeObjectStorage,
    delegations: {
      ...delegations,
      async issue() {
        await step('issue');
        return 'root';
      },
    },
    authorizer: {
      ...iam,
      async authenticate(context) {
        await step('authenticate');
        return iam.authenticate(context);
      },
      async authorize(question) {
        await step('authorize');
        return iam.authorize(question);
      },
    },
    library: {
      async resolve() {
        await step('resolve');
        return command;
      },
      count: async () => ({ used: 1, total: 1 }),
      save: async () => undefined,
    },
  };
}

/** Names the moments before, in and after every transaction. */
function stepping(write: Write, step: Step): Write {
  let serial = 0;
  return async (work) => {
    const name = `write ${++serial}`;
    await step(`before ${name}`);
    const result = await write(async (unit) => {
      const done = await work(unit);
      await step(`in ${name}`);
      return done;
    });
    await step(`after ${name}`);
    return result;
  };
}

/** What there is of a slot: its record's outcome, and how many runs. */
export async function firedOf(db: Kysely<Schema>, invokerId: string): Promise<{ outcome: string; runs: number }> {
  const { rows } = await sql<{ outcome: string; runs: number }>`
    select s.outcome, (select count(*) from invocation i where i.invoker_id = s.invoker_id) as runs
    from invoker_slot s where s.invoker_id = ${invokerId}`.execute(db);
  if (rows.length !== 1) throw new Error(`${invokerId} has ${rows.length} records`);
  return rows[0]!;
}

/** Whether nothing is left to do. */
export async function isSettled(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ open: number }>`
    select (select count(*) from invoker where next_at <= ${NOW})
      + (select count(*) from invoker_slot where outcome = 'FIRING') as open`.execute(db);
  return rows[0]!.open === 0;
}
