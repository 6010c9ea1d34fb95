import { describe, expect, it } from 'vitest';
import { ownResource } from './own-resource.ts';

describe('a name of one of CAM’s own resources', () => {
  it.each([
    ['qcs::cam:::uin/12', { kind: 'user', id: '12' }],
    ['qcs::cam::uin/7:uin/12', { kind: 'user', id: '12' }],
    ['qcs::cam:::groupid/3', { kind: 'group', id: '3' }],
    ['qcs::cam:::role/4', { kind: 'role', id: '4' }],
    ['qcs::cam:::policyid/5', { kind: 'policy', id: '5' }],
    ['qcs:id/0:cam:ap-guangzhou::uin/12', { kind: 'user', id: '12' }],
  ])('is understood: %s', (name, own) => expect(ownResource(name, '7')).toEqual(own));

  it.each([
    ...['*', '', 'qcs::cam::uin/8:uin/12', 'qcs::tat:::uin/12', 'arn::cam:::uin/12', 'qcs:id/1:cam:::uin/12'],
    ...['qcs::cam:::uin/', 'qcs::cam:::uin/*', 'qcs::cam:::uin/12/x', 'qcs::cam:::uin'],
    ...['qcs::cam:::roleName/ops', 'qcs::cam:::role/tencentcloudServiceRoleName/x', 'qcs::cam:::command/cmd-1'],
  ])('is nothing of the account when it is %j', (name) => expect(ownResource(name, '7')).toBeUndefined());
});
