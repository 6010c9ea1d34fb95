import { describe, expect, it } from 'vitest';
import { PRODUCTS } from '../src/tencent/products.ts';
import { sdkProduct } from '../src/tencent/sdk-types.ts';

describe('the declarations of the unmodified SDK', () => {
  it('are read: actions, requests, answers and data types', () => {
    const { actions, types } = sdkProduct('tat');
    expect(actions).toHaveLength(29);
    expect(types.get('DescribeRegionsRequest')).toEqual([]);
    expect(types.get('RunCommandRequest')).toContainEqual({
      name: 'InstanceIds',
      list: true,
      type: 'string',
      required: true,
      values: [],
    });
    expect(types.get('InvocationTask')).toContainEqual({
      name: 'TaskResult',
      list: false,
      type: 'TaskResult',
      required: false,
      values: [],
    });
    const policy = types.get('ScheduleSettings')?.find(({ name }) => name === 'Policy');
    expect(policy?.values).toEqual(['ONCE', 'RECURRENCE']);
  });
});

describe.each(PRODUCTS)('$product $version', ({ product, comparison, deliberate }) => {
  const { differences, missing, offered } = comparison;

  it('has every member that the SDK has, of the same type, required where it is there, but for what is meant to differ', () => {
    const meant = deliberate.members.flatMap(({ at, what }) => at.map((each) => `${each} ${what}`));
    expect(differences.map(({ at, what }) => `${at} ${what}`).toSorted()).toEqual(meant.toSorted());
  });

  it('has every action that the SDK has, but for those with a reason', () => {
    expect(missing.toSorted()).toEqual(deliberate.notOffered.flatMap(({ actions }) => actions).toSorted());
    expect(offered.length).toBe(sdkProduct(product).actions.length - missing.length);
  });
});

it('tat has all 29 actions', () => {
  expect(PRODUCTS.find(({ product }) => product === 'tat')!.comparison.offered).toHaveLength(29);
});
