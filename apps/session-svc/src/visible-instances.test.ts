import type { Caller } from '@muster/rpc';
import { ACCOUNT_UIN, decideByPolicies, type FakeAuthorizer, fakeAuthorizer } from '@muster/testkit';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { fakeMachines } from '../tests/fake-machines.ts';
import { memoryStore, sessionRow } from '../tests/sessions.ts';
import type { SessionSchema } from './store/schema.ts';
import { SessionStore } from './store/session-store.ts';
import { visibleInstances } from './visible-instances.ts';

type StatementInit = Parameters<typeof decideByPolicies>[1];

const machines = fakeMachines({
  'ins-00000dev': { tags: { env: 'dev', team: 'a&b' } },
  'rins-00000dev': { tags: { env: 'dev' } },
  'ins-0000prod': { tags: { env: 'prod' } },
  'lhins-0000bare': {},
  'ins-0foreign': { accountUin: '100000000002', tags: { env: 'dev' } },
});
const action = 'tat:DescribeSessions';
const onTag = (tag: string) => ({ 'for_any_value:string_equal': { 'qcs:resource_tag': tag } });

let db: Kysely<SessionSchema>;
let iam: FakeAuthorizer;
beforeAll(async () => {
  db = await memoryStore();
  const store = new SessionStore(db);
  for (const instance_id of [...machines.known.keys(), 'ins-00000gone']) {
    await store.insert(sessionRow({ instance_id }));
    await store.insert(sessionRow({ instance_id }));
  }
  await store.insert(sessionRow({ instance_id: 'ins-00000dev', account_uin: '100000000002' }));
});
afterAll(() => db.destroy());
beforeEach(() => {
  iam = fakeAuthorizer();
  machines.asked.length = 0;
});

const call = () => ({
  caller: { accountUin: ACCOUNT_UIN } as Caller,
  plan: async (kinds: readonly string[]) => (await iam.plan({ context: { credential: 'user' }, action, kinds })).plans,
});

async function seen(...statements: StatementInit[]): Promise<string[]> {
  decideByPolicies(iam, ...statements);
  const visible = await visibleInstances({ db, machines, region: 'ap-guangzhou' }, call());
  const selection = { accountUin: ACCOUNT_UIN, ids: [], filters: [], visible };
  const { sessions } = await new SessionStore(db).page(selection, { limit: 100, offset: 0 });
  return [...new Set(sessions.map(({ instance_id }) => instance_id))].sort();
}

it.each<[string, string[], StatementInit[], asked: number]>([
  ['everything', [...machines.known.keys(), 'ins-00000gone'], [{ effect: 'allow', action }], 0],
  ['nothing', [], [{ effect: 'allow', action: 'tat:StartSession' }], 0],
  [
    'machines by their names',
    ['ins-00000dev', 'ins-00000gone'],
    [{ effect: 'allow', action, resource: ['qcs::cvm:::instance/*dev', 'qcs::cvm:::instance/ins-00000gone'] }],
    0,
  ],
  [
    'machines of a kind',
    ['rins-00000dev'],
    [{ effect: 'allow', action, resource: 'qcs::tat:::register-instance/*' }],
    0,
  ],
  [
    'machines by a tag of now',
    ['ins-00000dev', 'rins-00000dev'],
    [{ effect: 'allow', action, condition: onTag('env&dev') }],
    1,
  ],
  [
    'machines by a tag with an ampersand',
    ['ins-00000dev'],
    [{ effect: 'allow', action, condition: onTag('team&a&b') }],
    1,
  ],
  [
    'what no tag forbids, also what is gone',
    ['ins-00000dev', 'ins-00000gone', 'ins-0foreign', 'lhins-0000bare', 'rins-00000dev'],
    [
      { effect: 'allow', action },
      { effect: 'deny', action, condition: onTag('env&prod') },
    ],
    1,
  ],
])('shows sessions on %s', async (_, machinesSeen, statements, asked) => {
  expect(await seen(...statements)).toEqual(machinesSeen.toSorted());
  expect(machines.asked).toHaveLength(asked);
});

it('asks about each machine once, a thousand at a time', async () => {
  await using store = await memoryStoreOf(5_001);
  const many = fakeMachines(
    Object.fromEntries(store.ids.map((id, i) => [id, { tags: { env: i % 2 ? 'dev' : 'prod' } }])),
  );
  decideByPolicies(iam, { effect: 'allow', action, condition: onTag('env&dev') });
  const visible = await visibleInstances({ db: store.db, machines: many, region: 'ap-guangzhou' }, call());
  expect(many.asked.map(({ instanceIds }) => instanceIds.length)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1]);
  const selection = { accountUin: ACCOUNT_UIN, ids: [], filters: [], visible };
  expect(await new SessionStore(store.db).page(selection, { limit: 1, offset: 0 })).toMatchObject({ total: 2_500 });
});

/** A store with a session on each of so many machines. */
async function memoryStoreOf(count: number) {
  const ids = Array.from({ length: count }, (_, i) => `ins-${String(i).padStart(8, '0')}`);
  const filled = await memoryStore();
  await filled.transaction().execute(async (trx) => {
    for (const instance_id of ids) await new SessionStore(trx).insert(sessionRow({ instance_id }));
  });
  return { db: filled, ids, [Symbol.asyncDispose]: () => filled.destroy() };
}
