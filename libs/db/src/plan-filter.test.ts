import type { PlanRule, PlanTest, ResourcePlan } from '@muster/kernel';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type PlanColumns, planFilter } from './index.ts';

interface Schema {
  thing: { id: string; maker: string | null };
  thing_tag: { thing_id: string; tag_key: string; tag_value: string };
}

const columns: PlanColumns = {
  pathPrefix: 'thing/',
  id: 'thing.id',
  tags: { table: 'thing_tag', owner: 'thing_id', of: 'thing.id' },
  attributes: { 'qcs:create_uin': 'thing.maker' },
};

let db: Kysely<Schema>;
beforeAll(async () => {
  const make = {
    '0001_thing': {
      async up(store: Kysely<never>) {
        await store.schema.createTable('thing').addColumn('id', 'text').addColumn('maker', 'text').execute();
        await store.schema
          .createTable('thing_tag')
          .addColumn('thing_id', 'text')
          .addColumn('tag_key', 'text')
          .addColumn('tag_value', 'text')
          .execute();
      },
    },
  };
  db = await openStore<Schema>({ file: ':memory:', migrations: make });
  await db
    .insertInto('thing')
    .values([
      { id: 'ab', maker: '1' },
      { id: 'a?', maker: '2' },
      { id: 'a[b]', maker: null },
      { id: '*', maker: 'É' },
    ])
    .execute();
  await db
    .insertInto('thing_tag')
    .values([
      { thing_id: 'ab', tag_key: 'env', tag_value: 'prod' },
      { thing_id: 'ab', tag_key: 'team', tag_value: 'ops' },
      { thing_id: 'a?', tag_key: 'env', tag_value: 'ÉCOLE' },
      { thing_id: 'a[b]', tag_key: 'Env', tag_value: 'prod' },
    ])
    .execute();
});
afterAll(() => db.destroy());

async function allowed(plan: ResourcePlan, where = columns): Promise<string[]> {
  const rows = await db.selectFrom('thing').select('id').where(planFilter(plan, where)).orderBy('id').execute();
  return rows.map((row) => row.id);
}
const conditional = (allOf: PlanRule[][], noneOf: PlanRule[] = []): ResourcePlan => ({
  kind: 'conditional',
  allOf,
  noneOf,
});
const everything: PlanRule = { paths: [], tests: [] };
const onPaths = (...patterns: string[]) =>
  allowed(conditional([[{ paths: patterns.map((pattern) => pattern.split('*')), tests: [] }]]));
const onTest = (test: Partial<PlanTest>) =>
  allowed(
    conditional([
      [
        {
          paths: [],
          tests: [
            {
              key: 'qcs:resource_tag',
              operator: 'string_equal',
              everyValue: false,
              ifExist: false,
              values: [],
              ...test,
            },
          ],
        },
      ],
    ]),
  );
const ALL = ['*', 'a?', 'a[b]', 'ab'];

it('shows everything, nothing, or what a rule of every group matches and no rule of the denials', async () => {
  expect(await allowed({ kind: 'always', allOf: [], noneOf: [] })).toEqual(ALL);
  expect(await allowed({ kind: 'never', allOf: [], noneOf: [] })).toEqual([]);
  const rule = (pattern: string): PlanRule => ({ paths: [pattern.split('*')], tests: [] });
  expect(await allowed(conditional([[]]))).toEqual([]);
  expect(await allowed(conditional([[everything]]))).toEqual(ALL);
  expect(await allowed(conditional([[rule('thing/ab'), rule('thing/a?')], [rule('thing/*b')]]))).toEqual(['ab']);
  expect(await allowed(conditional([[everything]], [rule('thing/a*')]))).toEqual(['*']);
  expect(await allowed(conditional([[everything]], [everything]))).toEqual([]);
});

it.each<[string[], string[]]>([
  [['thing/ab'], ['ab']],
  [
    ['thing/ab', 'thing/a?', 'thing/zz'],
    ['a?', 'ab'],
  ],
  [['thing/a?*'], ['a?']],
  [['thing/a[*'], ['a[b]']],
  [['thing/*b*'], ['a[b]', 'ab']],
  [['thing/*'], ALL],
  [['*'], ALL],
  [['th*'], ALL],
  [['*/ab'], ['ab']],
  [['t*/a*]'], ['a[b]']],
  [['thing'], []],
  [['other/ab', 'other/*'], []],
  [['thing/a\0*', 'thing/ab\0', 'thing/\ud800*'], []],
  [['THING/ab', 'thing/AB'], []],
])('matches the paths %j', async (patterns, ids) => {
  expect(await onPaths(...patterns)).toEqual(ids);
});

it('takes more patterns and ids than SQLite takes depth or parameters', async () => {
  const many = Array.from({ length: 40_000 }, (_, index) => `thing/x${index}`);
  expect(await onPaths(...many, 'thing/ab')).toEqual(['ab']);
  expect(await onPaths(...many.slice(0, 5_000).map((id) => `${id}*`), 'thing/ab')).toEqual(['ab']);
});

describe('a test of tags', () => {
  it.each<[Partial<PlanTest>, string[]]>([
    [{ values: ['env&prod'] }, ['ab']],
    [{ values: ['env&prod', 'Env&prod'] }, ['a[b]', 'ab']],
    [{ values: ['env&prod'], ifExist: true }, ['*', 'ab']],
    [{ values: ['env&prod'], everyValue: true }, []],
    [{ values: ['env&prod', 'team&ops'], everyValue: true }, ['ab']],
    [{ values: ['env&prod', 'team&ops'], everyValue: true, ifExist: true }, ['*', 'ab']],
    [{ operator: 'string_not_equal', values: ['env&prod'] }, ['a?', 'a[b]', 'ab']],
    [{ operator: 'string_not_equal', values: ['env&prod'], everyValue: true }, ['a?', 'a[b]']],
    [{ operator: 'string_equal_ignore_case', values: ['ENV&prod'] }, ['a[b]', 'ab']],
    [{ operator: 'string_equal_ignore_case', values: ['env&école'] }, ['a?']],
    [{ operator: 'string_not_equal_ignore_case', values: ['ENV&école'], everyValue: true }, ['a[b]', 'ab']],
    [{ operator: 'string_like', values: ['env&*'] }, ['a?', 'ab']],
    [{ operator: 'string_not_like', values: ['env&*'], everyValue: true }, ['a[b]']],
    [{ operator: 'binary_equal', values: ['team&ops'] }, ['ab']],
    [{ key: 'qcs:resource_tag/env', values: ['prod'] }, ['ab']],
    [{ key: 'qcs:resource_tag/env', operator: 'string_not_equal', values: ['prod'] }, ['a?']],
    [
      { key: 'qcs:resource_tag/env', operator: 'string_not_equal', values: ['prod'], ifExist: true },
      ['*', 'a?', 'a[b]'],
    ],
    [{ key: 'qcs:resource_tag/env', operator: 'null_equal', values: ['true'] }, ['*', 'a[b]']],
    [{ key: 'qcs:resource_tag/env', operator: 'null_equal', values: ['False'] }, ['a?', 'ab']],
    [{ operator: 'null_equal', values: ['true'] }, ['*']],
    [{ operator: 'null_equal', values: ['true', 'false'] }, ALL],
    [{ values: [] }, []],
  ])('%j', async (test, ids) => {
    expect(await onTest(test)).toEqual(ids);
  });

  it('finds none where the resources have no tags', async () => {
    const { tags: _, ...untagged } = columns;
    const test: PlanTest = {
      key: 'qcs:resource_tag',
      operator: 'null_equal',
      everyValue: false,
      ifExist: false,
      values: ['true'],
    };
    expect(await allowed(conditional([[{ paths: [], tests: [test] }]]), untagged)).toEqual(ALL);
  });
});

describe('a test of an attribute', () => {
  it.each<[Partial<PlanTest>, string[]]>([
    [{ values: ['1'] }, ['ab']],
    [{ values: ['1'], ifExist: true }, ['a[b]', 'ab']],
    [{ operator: 'string_not_equal', values: ['1'] }, ['*', 'a?']],
    [{ operator: 'string_equal_ignore_case', values: ['é'] }, ['*']],
    [{ operator: 'null_equal', values: ['true'] }, ['a[b]']],
    [{ operator: 'null_equal', values: ['false'] }, ['*', 'a?', 'ab']],
  ])('%j', async (test, ids) => {
    expect(await onTest({ key: 'qcs:create_uin', ...test })).toEqual(ids);
  });

  it('that no column has is missing everywhere', async () => {
    expect(await onTest({ key: 'cvm:region', values: ['x'] })).toEqual([]);
    expect(await onTest({ key: 'cvm:region', values: ['x'], ifExist: true })).toEqual(ALL);
    expect(await onTest({ key: 'cvm:region', operator: 'null_equal', values: ['true'] })).toEqual(ALL);
  });
});

it('refuses an operator that it cannot say, rather than leave a test out', () => {
  const test: PlanTest = {
    key: 'qcs:resource_tag',
    operator: 'numeric_equal',
    everyValue: false,
    ifExist: false,
    values: ['1'],
  };
  expect(() => planFilter(conditional([[{ paths: [], tests: [test] }]]), columns)).toThrow(/numeric_equal/);
});
