import { expect, it } from 'vitest';
import { regionName } from './regions.ts';

it.each([
  ['ap-guangzhou', 'South China (Guangzhou)'],
  ['eu-frankfurt', 'Europe (Frankfurt)'],
  ['our-cellar', 'our-cellar'],
])('calls %s %s', (region, name) => {
  expect(regionName(region)).toBe(name);
});
