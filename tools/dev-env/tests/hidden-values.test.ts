import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import {
  CommandService,
  InvocationService,
  type InvocationTask,
  InvokerService,
  SchedulePolicy,
  TaskStatus,
  TokenService,
} from '@muster/contract';
import { bearer, createServiceClient, grpcTransport, signExchange } from '@muster/rpc';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

/** Given with a run, stored with a command, stored with an invoker, given with a script that nobody saves. */
const canaries = ['given', 'default', 'invoker', 'script'].map(
  (use) => `c4nary-${use}-${randomBytes(9).toString('hex')}`,
);
const [given, byDefault, ofInvoker, ofScript] = canaries as [string, string, string, string];
const PLAIN = 'not-hidden-at-all';

let fixture: Fixture;
let token: string;
beforeAll(async () => {
  fixture = await startFixture(1, { logLevel: 'trace' });
  token = (await at(TokenService).exchangeAccessKey(signExchange(fixture.constellation.root, Date.now()))).token;
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

function at<S extends DescService>(service: S, credential = token) {
  const { iam, command, invocation } = fixture.constellation.grpc;
  const address = { iam, command, invocation }[service.typeName.split('.')[1] as 'iam' | 'command' | 'invocation'];
  const interceptors = credential ? [bearer(() => credential)] : [];
  return createServiceClient(service, grpcTransport({ address, interceptors }));
}

/** How a text may be written down: as it is, in hexadecimal, and in Base64 wherever it begins. */
function writtenAs(text: string): Buffer[] {
  const inBase64 = [0, 1, 2].map((shift) => {
    // the characters that its neighbours take part in are left out
    const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    return whole.slice(shift + 1, -4);
  });
  return [text, Buffer.from(text).toString('hex'), ...inBase64].map((form) => Buffer.from(form));
}

const FORMS = canaries.flatMap(writtenAs);
const tells = (data: Uint8Array) => FORMS.some((form) => Buffer.from(data).includes(form));

/** The files of the installation whose bytes fit. */
function filesThat(fit: (data: Buffer) => boolean): string[] {
  const root = join(fixture.folder, 'data');
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => {
      try {
        return fit(readFileSync(file));
      } catch {
        // it went while we looked
        return false;
      }
    })
    .map((file) => file.slice(root.length + 1));
}

/** The command lines of all processes of this machine. */
function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

const sum = (text: string) => createHash('sha256').update(text).digest('hex');
const go = () => join(fixture.folder, 'go');

/** Prints both values in every way it can, proves that it has them, and fails the first time. */
const script = () => `
echo 'text {{tat-hidden:password}} {{tat-hidden:token}} {{plain}}'
echo "environment $MUSTER_PARAM_PASSWORD" >&2
printf %s '{{tat-hidden:password}}' | sha256sum
printf %s "$MUSTER_PARAM_TOKEN" | sha256sum
cat "$0"
rest=$MUSTER_PARAM_PASSWORD
while [ -n "$rest" ]; do
  printf %s "$(printf %s "$rest" | cut -c1)"
  rest=$(printf %s "$rest" | cut -c2-)
done
printf ' half %s' "$(printf %s "$MUSTER_PARAM_TOKEN" | cut -c-12)"
while ! [ -e '${go()}' ]; do sleep 0.05; done
printf '%s\\n' "$(printf %s "$MUSTER_PARAM_TOKEN" | cut -c13-)"
[ -e '${go()}-again' ] || { touch '${go()}-again'; exit 3; }
`;

const taskOf = async (invocationId: string): Promise<InvocationTask> => {
  const filters = [{ name: 'invocation-id', values: [invocationId] }];
  return (await at(InvocationService).describeInvocationTasks({ filters, hideOutput: false })).invocationTaskSet[0]!;
};
/** Everything that is stored of a task's output. */
async function writtenBy({ invocationTaskId }: { invocationTaskId: string }): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const { chunk } of at(InvocationService).getTaskOutput({ invocationTaskId })) {
    if (chunk) parts.push(chunk.data);
  }
  return Buffer.concat(parts);
}
const untilTask = (invocationId: string, status: TaskStatus) =>
  eventually(`task status ${status}`, async () => {
    const task = await taskOf(invocationId);
    return task.taskStatus === status ? task : undefined;
  });

it('shows hidden values to the script and to nobody else', async () => {
  const { instanceId, dataDir } = fixture.constellation.machines[0]!;
  const { commandId } = await at(CommandService).createCommand({
    commandName: 'login',
    content: Buffer.from(script()),
    enableParameter: true,
    defaultParameters: JSON.stringify({ token: byDefault, plain: PLAIN }),
    workingDirectory: '/tmp',
    clientToken: 'create',
  });
  const { invokerId } = await at(InvokerService).createInvoker({
    name: 'yearly',
    type: 'SCHEDULE',
    commandId,
    instanceIds: [instanceId],
    parameters: JSON.stringify({ password: ofInvoker }),
    scheduleSettings: { policy: SchedulePolicy.RECURRENCE, recurrence: '0 0 1 1 *' },
    clientToken: 'invoker',
  });
  const { invocationId } = await at(InvocationService).invokeCommand({
    commandId,
    instanceIds: [instanceId],
    parameters: JSON.stringify({ password: given }),
    clientToken: 'invoke',
  });
  const watching = fixture.muster(['watch', invocationId, '--json']);
  // everything but the last half is out, and that half waits
  await eventually('the output up to the wait', async () => {
    const output = await writtenBy(await taskOf(invocationId));
    return output.includes('****** half ');
  });
  expect(commandLines()).toContain('supervisor.sh');
  expect(tells(Buffer.from(commandLines()))).toBe(false);
  const machine = dataDir.slice(join(fixture.folder, 'data').length + 1);
  const during = filesThat(tells);
  expect(during.filter((file) => !file.startsWith(machine))).toEqual([]);
  // the machine has them, for the script: for nobody else to read
  expect(during.length).toBeGreaterThan(0);
  for (const file of during) expect(statSync(join(fixture.folder, 'data', file)).mode & 0o077, file).toBe(0);
  writeFileSync(go(), '');

  const failed = await untilTask(invocationId, TaskStatus.FAILED);
  expect(failed.taskResult?.exitCode).toBe(3);
  const retried = await at(InvocationService).retryInvocation({ invocationId, clientToken: 'retry' });
  const { taskResult, invocationTaskId } = await untilTask(retried.invocationId, TaskStatus.SUCCESS);
  const output = Buffer.from(taskResult!.output).toString();
  for (const value of [given, byDefault]) expect(output).toContain(sum(value));
  expect(output).toContain(`text ****** ****** ${PLAIN}\n`);
  expect(output).toContain('environment ******\n');
  expect(output).toContain('****** half ******\n');
  const file = join(fixture.folder, 'secret');
  writeFileSync(file, `${ofScript}\n`);
  const adHocScript = 'printf %s {{tat-hidden:key}} | sha256sum; echo {{tat-hidden:key}}; cd {{tat-hidden:key}}';
  const place = ['-t', 'web-1', '--cwd', '/tmp'];
  const kept = ['--save', '--command-name', 'ad-hoc', '--client-token', 'run'];
  const adHoc = await fixture.muster(['run', adHocScript, ...place, ...kept, '--param', `key@${file}`, '--json']);
  expect(adHoc.code, adHoc.stderr).toBe(2);
  expect(adHoc.stdout).toContain(sum(ofScript));
  expect(adHoc.stdout).toContain('******');

  const watched = await watching;
  expect(watched.stdout).toContain('******');
  const answers = [
    watched,
    await fixture.muster(['show', invocationId, '--json']),
    await fixture.muster(['show', retried.invocationId]),
    await fixture.muster(['logs', retried.invocationId]),
    adHoc,
    await fixture.muster(['logs', 'last', '--json']),
    await fixture.muster(['show', 'last', '--json']),
    await fixture.muster(['ps', '--json']),
    await fixture.muster(['command', 'show', 'login', '--json']),
    await fixture.muster(['command', 'versions', 'login', '--json']),
    await fixture.muster(['invoker', 'show', invokerId, '--json']),
  ];
  for (const { stdout, stderr } of answers) {
    expect(tells(Buffer.from(stdout + stderr))).toBe(false);
    expect(stdout).not.toBe('');
  }
  expect(tells(await writtenBy({ invocationTaskId }))).toBe(false);
  const invokers = await at(InvokerService).describeInvokers({ invokerIds: [invokerId] });
  expect(invokers.invokerSet[0]?.parameters).toBe('{"password":"******"}');
  const preview = await at(CommandService).previewReplacedCommandContent({
    commandId,
    parameters: JSON.stringify({ password: given }),
  });
  expect(tells(preview.replacedContent)).toBe(false);

  await eventually('the machine to have forgotten', () => readdirSync(join(dataDir, 'journal', 'tasks')).length === 0);
  expect(filesThat(tells)).toEqual([]);
  // what is not hidden is found in the same places, so the search finds what there is
  for (const [text, ...places] of [
    [PLAIN, 'command-svc', 'invocation-svc'],
    [invocationId, 'nats', 'invocation-svc'],
    [invocationTaskId, 'logs'],
  ] as const) {
    const found = filesThat((bytes) => bytes.includes(text)).map((file) => file.split('/')[0]);
    expect(found, text).toEqual(expect.arrayContaining(places));
  }
  expect(existsSync(join(dataDir, 'journal', 'corrupt'))).toBe(false);
}, 120_000);
