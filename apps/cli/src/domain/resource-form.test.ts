import { expect, test } from 'vitest';
import { expandResource, needsRegion } from './resource-form.ts';

test.each([
  ['*', '*'],
  ['qcs::cos:ap-beijing::bucket/a', 'qcs::cos:ap-beijing::bucket/a'],
  ['ins-1a2b3c4d', 'qcs::cvm:ap-x::instance/ins-1a2b3c4d'],
  ['lhins-1a2b3c4d', 'qcs::lighthouse:ap-x::instance/lhins-1a2b3c4d'],
  ['rins-1a2b3c4d', 'qcs::tat:ap-x::register-instance/rins-1a2b3c4d'],
  ['cmd-1a2b3c4d', 'qcs::tat:ap-x::command/cmd-1a2b3c4d'],
  ['command/*', 'qcs::tat:ap-x::command/*'],
  ['register-code/*', 'qcs::tat:ap-x::register-code/*'],
  ['instance/*', 'qcs::cvm:ap-x::instance/*'],
  ['uin/100001', 'qcs::cam:::uin/100001'],
  ['roleName/deploy', 'qcs::cam:::roleName/deploy'],
])('%s stands for %s', (text, full) => {
  expect(expandResource(text, 'ap-x')).toBe(full);
  expect(needsRegion(text)).toBe(full.includes('ap-x'));
});

test.each(['web-1', 'ins-', 'command/', ''])('%j stands for nothing', (text) => {
  expect(expandResource(text, 'ap-x')).toBeUndefined();
});
