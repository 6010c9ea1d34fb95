import { openStore, type PlanColumns, planFilter } from '@muster/db';
import { commandResource } from '@muster/kernel';
import {
  type AttachedPolicy,
  type ContextValues,
  compilePolicy,
  compilePrincipal,
  decide,
  type Principal,
  parsePolicy,
  plan,
} from '@muster/policy';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';

const REGION = 'ap-guangzhou';
const ROOT = '100000000001';
const USER = '100000000011';
const ACTION = 'tat:DescribeCommands';

interface Schema {
  command: { command_id: string; created_uin: string };
  command_tag: { command_id: string; tag_key: string; tag_value: string };
}

const COLUMNS: PlanColumns = {
  pathPrefix: 'command/',
  id: 'command.command_id',
  tags: { table: 'command_tag', owner: 'command_id', of: 'command.command_id' },
  attributes: { 'qcs:create_uin': 'command.created_uin' },
};

let db: Kysely<Schema>;
beforeAll(async () => {
  const tables = {
    async up(store: Kysely<never>) {
      await store.schema
        .createTable('command')
        .addColumn('command_id', 'text', (column) => column.primaryKey())
        .addColumn('created_uin', 'text')
        .execute();
      await store.schema
        .createTable('command_tag')
        .addColumn('command_id', 'text')
        .addColumn('tag_key', 'text')
        .addColumn('tag_value', 'text')
        .addPrimaryKeyConstraint('command_tag_key', ['command_id', 'tag_key'])
        .execute();
    },
  };
  db = await openStore<Schema>({ file: ':memory:', migrations: { '0001_tables': tables } });
});
afterAll(() => db.destroy());

// Small alphabets: policies and fleets must meet often. Case, wildcards of SQL and letters outside ASCII are where SQL and
// JavaScript could differ.
const one = fc.constantFrom;
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const some = <T>(arbitrary: fc.Arbitrary<T>, max = 3) => fc.array(arbitrary, { minLength: 1, maxLength: max });
const KEYS = ['env', 'Env', 'team', 'a&b', 'größe'];
const TEXTS = ['prod', 'PROD', 'prod*', 'pr?d', '[x]', 'É', 'é', 'ΣΑΣ', 'σας', 'İ', 'b&c', '%_'];
const key = one(...KEYS);
const text = one(...TEXTS);

interface Row {
  readonly id: string;
  readonly maker: string;
  readonly tags: Readonly<Record<string, string>>;
}
const row: fc.Arbitrary<Row> = fc.record({
  id: fc.string({ unit: one('a', 'b', '-'), minLength: 1, maxLength: 3 }).map((end) => `cmd-${end}`),
  maker: one(ROOT, USER, '100000000012'),
  tags: fc.dictionary(key, text, { maxKeys: 3 }),
});
const fleet = fc.uniqueArray(row, { selector: ({ id }) => id, minLength: 3, maxLength: 20 });

const path = fc.oneof(
  one('*', 'command/*', 'command/cmd-*', 'command', 'c*', 'instance/*', '*a', 'command/cmd-a', 'command/cmd-a/*'),
  fc.string({ unit: one('a', 'b', '-', '*'), maxLength: 5 }).map((end) => `command/cmd-${end}`),
  one(`command/\${uin}`, `*\${owner_uin}*`),
);
const resource = fc.oneof(
  fc.constant('*'),
  fc
    .tuple(
      one('tat', 'tat', 't*', '', 'cvm'),
      one('', '', REGION, 'gz', 'ap-beijing'),
      one('', '', `uin/${ROOT}`, 'uin/2'),
      path,
    )
    .map((parts) => `qcs::${parts.join(':')}`),
);
const wanted = fc.oneof(
  text,
  fc.tuple(key, text).map(([k, v]) => `${k}&${v}`),
  one('*', 'p*', '*d', '*&*', 'env&*', '*É', `\${uin}`, USER, '', '\ud83d\ude00'),
);
const comparison = fc
  .tuple(
    one('', 'for_any_value:', 'for_all_value:'),
    one(
      'string_equal',
      'string_not_equal',
      'string_equal_ignore_case',
      'string_not_equal_ignore_case',
      'string_like',
      'string_not_like',
      'binary_equal',
    ),
    one('', '_if_exist'),
    fc.oneof(
      one('qcs:resource_tag', 'qcs:tag', 'QCS:Resource_Tag', 'qcs:create_uin', 'qcs:uin'),
      key.map((name) => `qcs:resource_tag/${name}`),
    ),
    some(wanted),
  )
  .map(([quantifier, operator, suffix, name, values]) => ({
    [`${quantifier}${operator}${suffix}`]: { [name]: values },
  }));
const absence = fc
  .tuple(one('qcs:resource_tag', 'qcs:resource_tag/env', 'qcs:create_uin', 'qcs:ip'), one(true, false, 'True'))
  .map(([name, value]) => ({ null_equal: { [name]: value } }));
const ofRequest = one(
  { ip_equal: { 'qcs:ip': '10.0.0.0/8' } },
  { ip_not_equal: { 'qcs:ip': '10.0.0.0/8' } },
  { string_equal_if_exist: { 'qcs:request_tag': 'a&b' } },
);
const statement = fc.record({
  effect: one('allow', 'allow', 'allow', 'deny'),
  action: one('*', 'tat:*', ACTION, ACTION, ACTION, 'tat:RunCommand'),
  resource: some(resource, 2),
  condition: fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: comparison },
        { weight: 1, arbitrary: absence },
        { weight: 1, arbitrary: ofRequest },
      ),
      { maxLength: 2 },
    )
    .map((conditions) => Object.assign({}, ...conditions) as object),
});
let made = 0;
const policy: fc.Arbitrary<AttachedPolicy> = some(statement).map((statements) => ({
  policyId: String(++made),
  version: 1,
  compiled: compilePolicy(parsePolicy(JSON.stringify({ version: '2.0', statement: statements }))),
}));
const principal: fc.Arbitrary<Principal> = fc
  .record({
    isRoot: one(true, ...Array.from({ length: 9 }, () => false)),
    policies: some(policy, 4),
    boundary: rarely(policy),
    sessionPolicies: rarely(policy).map((session) => (session ? [session] : [])),
  })
  .map(({ isRoot, boundary, ...rest }) => ({
    ...rest,
    ...(boundary ? { boundary } : {}),
    isRoot,
    rootUin: ROOT,
    appId: '1250000000',
    uin: isRoot ? ROOT : USER,
  }));

async function replaceFleet(rows: readonly Row[]): Promise<void> {
  await db.deleteFrom('command').execute();
  await db.deleteFrom('command_tag').execute();
  if (rows.length === 0) return;
  await db
    .insertInto('command')
    .values(rows.map(({ id, maker }) => ({ command_id: id, created_uin: maker })))
    .execute();
  const tags = rows.flatMap(({ id, tags: own }) =>
    Object.entries(own).map(([tag_key, tag_value]) => ({ command_id: id, tag_key, tag_value })),
  );
  if (tags.length > 0) await db.insertInto('command_tag').values(tags).execute();
}

it('SQL returns exactly what Authorize allows, row by row, in total and in pages', { timeout: 120_000 }, async () => {
  const kinds = { always: 0, never: 0, conditional: 0, partial: 0 };
  await fc.assert(
    fc.asyncProperty(
      principal,
      fleet,
      fc.nat(4),
      fc.nat(10),
      one<ContextValues>({}, { 'qcs:ip': '10.1.1.1' }),
      async (who, rows, limit, offset, context) => {
        const compiled = compilePrincipal(who);
        const resources = rows.map(({ id, tags, maker }) => ({
          name: commandResource(REGION, id),
          tags,
          attributes: { 'qcs:create_uin': maker },
        }));
        const decisions = decide(compiled, { action: ACTION, resources, context }).resources;
        const allowed = rows.flatMap(({ id }, index) => (decisions[index]!.outcome === 'allowed' ? [id] : [])).sort();

        const planned = plan(compiled, { action: ACTION, resource: commandResource(REGION, '*'), context });
        await replaceFleet(rows);
        const visible = db.selectFrom('command').where(planFilter(planned, COLUMNS));
        const { total } = await visible
          .select((select) => select.fn.countAll<number>().as('total'))
          .executeTakeFirstOrThrow();
        const listed = visible.select('command_id').orderBy('command_id');
        const page = await listed.limit(limit).offset(offset).execute();
        expect((await listed.execute()).map((each) => each.command_id)).toEqual(allowed);
        expect(total).toBe(allowed.length);
        expect(page.map((each) => each.command_id)).toEqual(allowed.slice(offset, offset + limit));
        kinds[planned.kind]++;
        if (allowed.length > 0 && allowed.length < rows.length) kinds.partial++;
      },
    ),
    { numRuns: 3_000 },
  );
  // a generator that hardly ever asks SQL anything would prove nothing
  expect(kinds.conditional).toBeGreaterThan(500);
  expect(kinds.partial).toBeGreaterThan(200);
});
