import type { MessageInitShape } from '@bufbuild/protobuf';
import type { CreateCommandRequestSchema, PreviewReplacedCommandContentRequestSchema } from '@muster/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, script, startFixture, textOf } from '../../tests/fixture.ts';

type Request = MessageInitShape<typeof PreviewReplacedCommandContentRequestSchema>;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() => {
  fixture.iam.decide = () => true;
});

const preview = async (request: Request) =>
  textOf((await fixture.as('user').previewReplacedCommandContent(request)).replacedContent);
const refusal = (request: Request) => refusalOf(fixture.as('user').previewReplacedCommandContent(request));
let serial = 0;
async function created(request: MessageInitShape<typeof CreateCommandRequestSchema>): Promise<string> {
  return (await fixture.as('root').createCommand({ ...restart, commandName: `p${serial++}`, ...request })).commandId;
}

describe('PreviewReplacedCommandContent of a script', () => {
  it('is the published sample', async () => {
    const content = script('ls {{a}}\necho {{b}} {{c}}');
    expect(await preview({ content, parameters: '{"a": "123"}' })).toBe('ls 123\necho {{b}} {{c}}');
  });

  it('needs no parameters when there are no placeholders', async () => {
    expect(await preview({ content: script('uptime # {{ not one }}') })).toBe('uptime # {{ not one }}');
  });

  it('asks for parameters when there are placeholders', async () => {
    expect(await refusal({ content: script('ls {{a}} {{b}}') })).toMatchObject({
      reason: 'InvalidParameterValue.LackOfParameters',
      message: expect.stringContaining('`a`, `b`'),
    });
    expect(await preview({ content: script('ls {{a}}'), parameters: '{}' })).toBe('ls {{a}}');
  });

  it.each<[Request, string]>([
    [{}, 'MissingParameter'],
    [{ commandId: 'cmd-00000000', content: script('x') }, 'InvalidParameter.ConflictParameter'],
    [{ content: Uint8Array.of(0xff) }, 'InvalidParameterValue.CommandContentInvalid'],
    [{ content: new Uint8Array(49_153).fill(35) }, 'InvalidParameterValue.CommandContentInvalid'],
    [
      { content: script('{{a}}'.repeat(9000)), parameters: `{"a":"${'x'.repeat(60_000)}"}` },
      'InvalidParameterValue.CommandContentInvalid',
    ],
    [{ content: script('x'), parameters: 'a' }, 'InvalidParameterValue.ParameterInvalidJsonFormat'],
    [{ content: script('x'), parameters: '{"a":[]}' }, 'InvalidParameterValue.ParameterValueNotString'],
    [{ content: script('x'), parameters: '{"a":"","a":""}' }, 'InvalidParameterValue.ParameterKeyDuplicated'],
    [{ content: script('x'), parameters: '{"a b":""}' }, 'InvalidParameterValue.ParameterKeyContainsInvalidChar'],
    [{ content: script('x'), parameters: `{"${'k'.repeat(65)}":""}` }, 'InvalidParameterValue.ParameterKeyLenExceeded'],
    [
      {
        content: script('x'),
        parameters: JSON.stringify(Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, '']))),
      },
      'InvalidParameterValue.ParameterNumberExceeded',
    ],
  ])('refuses %.60j with %s', async (request, reason) => {
    expect((await refusal(request)).reason).toBe(reason);
  });

  it('is decided on `command/*`', async () => {
    fixture.iam.decide = (_, resource) => resource !== 'qcs::tat:ap-guangzhou::command/*';
    expect((await refusal({ content: script('x') })).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  });
});

describe('PreviewReplacedCommandContent of a command', () => {
  it('lays the given parameters over the defaults', async () => {
    const commandId = await created({
      content: script('{{a}} {{b}} {{tat-hidden:c}}'),
      defaultParameters: '{"a":"A","b":"B"}',
    });
    expect(await preview({ commandId })).toBe('A B {{tat-hidden:c}}');
    expect(await preview({ commandId, parameters: '{"b":"{{a}}","c":"C"}' })).toBe('A {{a}} ******');
  });

  it('shows the latest version', async () => {
    const commandId = await created({ content: script('one {{a}}') });
    await fixture.as('root').modifyCommand({ commandId, content: script('two {{a}}') });
    expect(await preview({ commandId, parameters: '{"a":"!"}' })).toBe('two !');
  });

  it('changes nothing without EnableParameter, and takes no parameters then', async () => {
    const commandId = await created({ content: script('{{a}}'), enableParameter: false });
    expect(await preview({ commandId })).toBe('{{a}}');
    expect((await refusal({ commandId, parameters: '{}' })).reason).toBe('InvalidParameterValue.ParameterDisabled');
  });

  it.each([
    ['x', 'InvalidParameterValue.InvalidCommandId'],
    ['cmd-00000000', 'ResourceNotFound.CommandNotFound'],
  ])('refuses the id %j with %s', async (commandId, reason) => {
    expect((await refusal({ commandId })).reason).toBe(reason);
  });

  it('is decided on the command with its tags, also when there is none', async () => {
    const tags = [{ key: 'team', value: 'ops' }];
    const commandId = await created({ tags });
    fixture.iam.questions.length = 0;
    fixture.iam.decide = () => false;
    expect((await refusal({ commandId })).kind).toBe('denied');
    expect((await refusal({ commandId: 'cmd-00000000' })).kind).toBe('denied');
    expect(fixture.iam.questions).toMatchObject([
      {
        action: 'tat:PreviewReplacedCommandContent',
        resources: [{ resource: `qcs::tat:ap-guangzhou::command/${commandId}`, tags }],
      },
      { resources: [{ resource: 'qcs::tat:ap-guangzhou::command/cmd-00000000' }] },
    ]);
  });
});
