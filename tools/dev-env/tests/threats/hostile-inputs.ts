import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DescField, type DescMessage, type DescMethod, ScalarType } from '@bufbuild/protobuf';
import { CommandService, IamService, InstanceService, InvocationService } from '@muster/contract';
import { describe, expect, it } from 'vitest';
import { ask, INTERNAL, METHODS, type Outcome } from './methods.ts';
import { requestFor } from './requests.ts';
import type { World } from './world.ts';

const SQL = `%_\\'";-- OR 1=1`;
const FORGED_LINE = '\n{"level":"error","msg":"forged"}\u2028\u001b[2J\u0007';
const HOSTILE = [SQL, FORGED_LINE, '<script>alert(1)</script>{{x}}', '../../../etc/passwd\0', 'x'.repeat(70_000)];

/** JSON that no request of ours looks like. */
const BODIES = ['null', '[]', '{', '['.repeat(50_000), `{"name":${'{"a":'.repeat(2_000)}1`];

/** What only our own code, its files and its stores are called. */
const INNARDS =
  /\n\s+at |node_modules|node:internal|\.ts\b|\.js\b|SQLITE|sqlite|SELECT |INSERT |UPDATE .* SET|no such (table|column)|\/(apps|libs|src|tmp)\/|ECONN|TypeError|RangeError|undefined|\[object /;

// a logout has nothing to read, and would end the token that all of them use
const PUBLIC = METHODS.filter((method) => !INTERNAL.includes(method) && method.name !== 'Logout');

export function hostileInputs(world: () => World): void {
  describe('T33: whatever is sent, answers say nothing of the inside', () => {
    it.each(PUBLIC.map((method) => [method.name, method] as const))('of %s', async (_, method) => {
      const { callers, second, fixture } = world();
      const outcomes: (Outcome | string)[] = await Promise.all([
        // a fault of ours, the only answer that is no refusal, is thrown by `ask`
        ...HOSTILE.map((text) => ask(callers, method, filled(method.input, text), second.token)),
        ...oneByOne(method, world()).map((request) => ask(callers, method, request, second.token)),
        ...[...BODIES, wrongTypes(method)].map((body) =>
          post(`${fixture.constellation.url}/${method.parent.typeName}/${method.name}`, body, second.token),
        ),
      ]);
      for (const outcome of outcomes) {
        // what was sent may come back, with what is in it
        const said = JSON.stringify(outcome).replaceAll(/\/etc\/passwd|alert/g, '');
        expect(INNARDS.exec(said)?.[0], said.slice(0, 500)).toBeUndefined();
      }
    });
  });

  it.each([`a'; DROP TABLE command; --`, `" OR ""="`, '%', '_', '\\', `')) UNION SELECT 1 --`])(
    'T34: SQL is text in filters, in what is stored, and when that is used again: %s',
    async (text) => {
      const { callers, second } = world();
      const commands = callers.at(CommandService, second.token);
      const instances = callers.at(InstanceService, second.token);
      const { instance, registered } = second.things;

      await instances.modifyRegisterInstance({ instanceId: registered, instanceName: text });
      const named = await instances.describeRegisterInstances({ filters: [{ name: 'instance-name', values: [text] }] });
      expect(named.registerInstanceSet.map(({ instanceId }) => instanceId)).toEqual([registered]);

      const tags = [{ key: 'k', value: text }];
      await instances.tagInstances({ instanceIds: [instance], tags });
      const { commandId } = await commands.createCommand({
        ...{
          commandName: `sql-${Buffer.from(text).toString('hex').slice(0, 40)}`,
          content: Buffer.from('true'),
          description: text,
          tags,
        },
      });
      const found = await commands.describeCommands({ filters: [{ name: 'tag:k', values: [text] }] });
      expect(found.commandSet.map((command) => [command.commandId, command.description])).toEqual([[commandId, text]]);

      const runs = callers.at(InvocationService, second.token);
      const selector = { names: ['*'], tags: [{ key: 'k', values: [text] }] };
      const { invocationId, taskCount } = await runs.invokeCommand({ commandId, selector });
      expect(taskCount).toBe(1);
      const { invocationSet } = await runs.describeInvocations({ invocationIds: [invocationId] });
      expect(invocationSet.map(({ description }) => description)).toEqual([text]);

      expect((await commands.describeCommands({ commandIds: [second.things.command] })).totalCount).toBe(1);
      const keyword = await callers.at(IamService, second.token).listUsers({ keyword: text });
      expect(keyword.data.filter(({ name }) => !name.includes(text))).toEqual([]);
    },
  );

  it('T34: names of filters and what they sort by come from lists', async () => {
    const { callers, second } = world();
    for (const name of [`command-name' OR '1'='1`, 'account_uin', 'tag:k"; --', 'rowid', '1=1']) {
      const filters = [{ name, values: ['x'] }];
      const answer = callers.at(CommandService, second.token).describeCommands({ filters });
      if (name.startsWith('tag:')) expect((await answer).totalCount).toBe(0);
      else await expect(answer).rejects.toMatchObject({ reason: 'InvalidParameterValue.InvalidFilter' });
    }
  });

  it('T14: every line of every log is one JSON object, whatever was sent', async () => {
    const { fixture, second } = world();
    const { url } = fixture.constellation;
    const path = `${url}/${CommandService.typeName}/DescribeCommands`;
    const odd = { 'x-request-id': 'a"},{"b', 'user-agent': '{"level":"error"} \u00ff', 'x-forwarded-for': '"\\' };
    await post(path, '{}', second.token, odd);
    const folder = join(fixture.folder, 'data', 'logs');
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
      for (const line of lines) {
        const entry = JSON.parse(line) as { level: number; name: string; msg?: string };
        expect(entry.level, line).toBeTypeOf('number');
        expect(entry.msg ?? '').not.toBe('forged');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those that a terminal would obey
        expect(line).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
      }
    }
  });
}

async function post(path: string, body: string, token: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(path, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  if (answer.status >= 500) throw new Error(`${path} answered ${answer.status} to ${body.slice(0, 80)}: ${text}`);
  return text;
}

/** A request with every text set to this one, and every number and enum to one that is out of bounds. */
function filled(message: DescMessage, text: string, depth = 0): object {
  const value = (field: DescField): unknown => {
    if (field.message)
      return depth > 2 || field.message.typeName.startsWith('google.') ? {} : filled(field.message, text, depth + 1);
    if (field.enum) return 999;
    switch (field.scalar) {
      case ScalarType.STRING:
        return text;
      case ScalarType.BYTES:
        return Buffer.from(text);
      case ScalarType.BOOL:
        return true;
      case ScalarType.UINT64:
        return 2n ** 64n - 1n;
      default:
        return 2 ** 32 - 1;
    }
  };
  const fields = message.fields.filter((field) => field.oneof === undefined && field.fieldKind !== 'map');
  return Object.fromEntries(
    fields.map((field) => [field.localName, field.fieldKind === 'list' ? [value(field)] : value(field)]),
  );
}

/** Requests that are right but for one text. */
function oneByOne(method: DescMethod, { second }: World): object[] {
  return method.input.fields
    .filter(({ scalar }) => scalar === ScalarType.STRING)
    .map((field) => {
      const hostile = `${SQL}${FORGED_LINE}`;
      const value = field.fieldKind === 'list' ? [hostile] : hostile;
      return { ...requestFor(method.name, field.localName, second.things), [field.localName]: value };
    });
}

/** JSON in which every field holds an object, and one more that there is none. */
function wrongTypes({ input }: DescMethod): string {
  return JSON.stringify(
    Object.fromEntries([...input.fields.map(({ jsonName }) => [jsonName, { a: [{}] }]), ['none', 1]]),
  );
}
