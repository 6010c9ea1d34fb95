import { Code, ConnectError } from '@connectrpc/connect';
import { actionsOf } from '@muster/cloud-api';
import { ErrorInfoSchema } from '@muster/contract';
import { silentLogger } from '@muster/testkit';
import { expect, it } from 'vitest';
import { PUBLIC_SERVICES } from '../public-services.ts';
import { refusalOf } from './refusals.ts';

const ACTIONS = actionsOf(PUBLIC_SERVICES.map(({ service }) => service));

it.each([
  ['tat', 'RunCommand', 'UnauthorizedOperation.CamAuthFailed'],
  ['tat', 'CreateInvoker', 'AuthFailure.UnauthorizedOperation'],
  ['tat', 'DescribeInvokers', 'AuthFailure'],
  ['cam', 'ListPolicies', 'AuthFailure.UnauthorizedOperation'],
  ['sts', 'AssumeRole', 'AuthFailure.UnauthorizedOperation'],
] as const)('a denial of %s %s has the code that TAT or CAM declares', (product, name, code) => {
  const metadata = { action: `${product}:${name}`, resource: '*' };
  const denied = new ConnectError('no', Code.PermissionDenied, undefined, [
    { desc: ErrorInfoSchema, value: { reason: 'UnauthorizedOperation.CamAuthFailed', metadata } },
  ]);
  const call = { requestId: 'request', action: ACTIONS[product].get(name)! };
  expect(refusalOf(denied, call, silentLogger)).toMatchObject({
    code,
    message: expect.stringContaining(`you are not authorized to perform operation (${product}:${name})`),
  });
});
