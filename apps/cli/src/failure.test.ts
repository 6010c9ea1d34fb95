import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@muster/contract';
import { invalid, notFound, Refusal } from '@muster/kernel';
import { describe, expect, test } from 'vitest';
import { failureLine } from './domain/failure-line.ts';
import { explain } from './failure.ts';
import { Stop } from './stop.ts';

const denial = { action: 'tat:RunCommand', resource: 'qcs::tat:ap-guangzhou:uin/1:command/*' };

describe('one line and an exit code for', () => {
  test.each<[string, unknown, string, number]>([
    [
      'a wrong value',
      invalid('InvalidParameterValue.Range', 'Timeout', 'must be 1 to 86400 seconds, was 0'),
      'Timeout must be 1 to 86400 seconds, was 0 [InvalidParameterValue.Range]; set it with --timeout, such as 90s or 2h',
      1,
    ],
    [
      'something that does not exist',
      notFound('ResourceNotFound.CommandNotFound', 'command', 'cmd-1a2b3c4d'),
      'no command `cmd-1a2b3c4d` [ResourceNotFound.CommandNotFound]; `muster command list` shows yours',
      5,
    ],
    [
      'a denial whose message names everything',
      new Refusal('denied', 'X', `no (${denial.action})`, denial),
      `no (${denial.action}) [X]; ask for a policy that allows ${denial.action} on ${denial.resource}`,
      1,
    ],
    [
      'a denial whose message does not',
      new Refusal('denied', 'X', 'no', denial),
      `no: ${denial.action} on ${denial.resource} [X]; ask for a policy that allows ${denial.action} on ${denial.resource}`,
      1,
    ],
    [
      'a token that is not taken',
      new Refusal('unauthenticated', 'UnauthorizedOperation.InvalidToken', 'the token has ended'),
      'the token has ended [UnauthorizedOperation.InvalidToken]; log in again with `muster login`',
      1,
    ],
    [
      'a machine that is offline',
      new Refusal('unavailable', 'ResourceUnavailable.AgentStatusNotOnline', 'web-1 is offline'),
      'web-1 is offline [ResourceUnavailable.AgentStatusNotOnline]; --offline wait runs there when they come back, --offline skip leaves them out',
      1,
    ],
    [
      'a fault of the service',
      new ConnectError('an internal error occurred', Code.Internal, undefined, [
        { desc: ErrorInfoSchema, value: { reason: 'InternalError', domain: 'muster' } },
      ]),
      'an internal error occurred [InternalError]',
      1,
    ],
    ['a broken connection', new ConnectError('aborted', Code.Aborted), 'the connection broke: aborted; try again', 1],
    ["the tool's own refusal", new Stop('no script', { hint: 'give one' }), 'no script; give one', 1],
    [
      'one that the transport wrapped',
      new ConnectError('x', Code.Unknown, undefined, undefined, new Stop('not logged in')),
      'not logged in',
      1,
    ],
    ['anything else', new TypeError('boom'), 'boom', 1],
    ['what is not even an error', 'boom', 'boom', 1],
  ])('%s', (_, error, line, exitCode) => {
    const failure = explain(error);
    expect([failureLine(failure), failure.exitCode]).toEqual([line, exitCode]);
  });
});
