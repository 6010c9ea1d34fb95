import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { CommandService, InvocationService, type InvocationTask, TaskStatus, TokenService } from '@muster/contract';
import { bearer, createServiceClient, grpcTransport, signExchange } from '@muster/rpc';
import { eventually, type ObjectStore, startObjectStore } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

const BUCKET = 'logs-1250000000';
/** What the service stores of an output; the bucket gets all of it. */
const STORED_BYTES = 65_536;

let store: ObjectStore;
let fixture: Fixture;
let token: string;
beforeAll(async () => {
  store = await startObjectStore([BUCKET]);
  const settings = {
    'invocation-svc': {
      MUSTER_COS_SECRET_ID: store.secretId,
      MUSTER_COS_SECRET_KEY_FILE: store.secretKeyFile,
      MUSTER_COS_ENDPOINT: store.endpoint,
      MUSTER_OUTPUT_LIMIT_BYTES: String(STORED_BYTES),
    },
  };
  fixture = await startFixture(1, { logLevel: 'trace', settings });
  token = (await at(TokenService).exchangeAccessKey(signExchange(fixture.constellation.root, Date.now()))).token;
}, 120_000);
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

function at<S extends DescService>(service: S) {
  const { iam, command, invocation } = fixture.constellation.grpc;
  const address = { iam, command, invocation }[service.typeName.split('.')[1] as 'iam' | 'command' | 'invocation'];
  const interceptors = token ? [bearer(() => token)] : [];
  return createServiceClient(service, grpcTransport({ address, interceptors }));
}

const runs = () => at(InvocationService);
const bucketUrl = () => `${store.endpoint}/${BUCKET}`;
const where = () => ({ instanceIds: [fixture.constellation.machines[0]!.instanceId], workingDirectory: '/tmp' });

/** The only task of a run, once it has ended so. */
function untilTask(invocationId: string, status: TaskStatus): Promise<InvocationTask> {
  const filters = [{ name: 'invocation-id', values: [invocationId] }];
  return eventually(`task status ${status}`, async () => {
    const [task] = (await runs().describeInvocationTasks({ filters })).invocationTaskSet;
    return task?.taskStatus === status ? task : undefined;
  });
}

it('puts every byte that a script wrote into the bucket, hidden values masked, and says where', async () => {
  const written = join(fixture.folder, 'written');
  const { invocationId } = await runs().runCommand({
    ...where(),
    content: Buffer.from(`head -c 1048576 /dev/urandom | tee ${written}; echo {{tat-hidden:password}} >&2`),
    enableParameter: true,
    parameters: JSON.stringify({ password: 'c4nary' }),
    outputCosBucketUrl: `${bucketUrl()}/`,
    outputCosKeyPrefix: 'deploys/网站',
  });
  const { invocationTaskId, taskResult } = await untilTask(invocationId, TaskStatus.SUCCESS);
  const folder = `${bucketUrl()}/deploys/${encodeURIComponent('网站')}`;
  const outputUrl = `${folder}/${invocationId}/${invocationTaskId}.log`;
  expect(taskResult).toMatchObject({ outputUrl, outputUploadCosErrorInfo: '', exitCode: 0 });
  const object = await store.object(outputUrl);
  expect(object?.equals(Buffer.concat([readFileSync(written), Buffer.from('******\n')]))).toBe(true);
  // what the service stores is bounded all the same
  expect(taskResult!.stdoutLength + taskResult!.stderrLength).toBe(STORED_BYTES);
  expect(Number(taskResult!.discarded)).toBe(1_048_576 + 7 - STORED_BYTES);

  const shown = await fixture.muster(['show', invocationId, '--json']);
  expect(JSON.parse(shown.stdout).InvocationTaskSet[0].TaskResult.OutputUrl).toBe(outputUrl);
});

it('puts output where the stored command says, and anew when it is run again', async () => {
  const { commandId } = await at(CommandService).createCommand({
    commandName: 'uploads',
    content: Buffer.from(
      `echo once; [ -e ${join(fixture.folder, 'again')} ] || { touch ${join(fixture.folder, 'again')}; exit 3; }`,
    ),
    outputCosBucketUrl: bucketUrl(),
    outputCosKeyPrefix: 'mine/',
  });
  const { invocationId } = await runs().invokeCommand({ ...where(), commandId });
  const failed = await untilTask(invocationId, TaskStatus.FAILED);
  const retried = await runs().retryInvocation({ invocationId });
  const repeated = await untilTask(retried.invocationId, TaskStatus.SUCCESS);
  for (const task of [failed, repeated]) {
    const outputUrl = `${bucketUrl()}/mine/${task.invocationId}/${task.invocationTaskId}.log`;
    expect(task.taskResult?.outputUrl).toBe(outputUrl);
    expect((await store.object(outputUrl))?.toString()).toBe('once\n');
  }
});

it('lets a script succeed whose output could not be uploaded, and says why', async () => {
  store.changeSecret('another');
  const { invocationId } = await runs().runCommand({
    ...where(),
    content: Buffer.from('echo once'),
    outputCosBucketUrl: bucketUrl(),
  });
  const { taskResult } = await untilTask(invocationId, TaskStatus.SUCCESS);
  store.changeSecret();
  expect(taskResult).toMatchObject({
    outputUrl: '',
    outputUploadCosErrorInfo: 'the storage answered 403 SignatureDoesNotMatch',
  });
});

it('refuses buckets that are not there, or not in the storage of this installation', async () => {
  const script = ['run', 'true', '-t', 'web-1', '--output-bucket'];
  const missing = await fixture.muster([...script, `${store.endpoint}/missing`]);
  expect(missing.stderr).toContain('ResourceNotFound.CosBucketNotFoundCode');
  const foreign = await fixture.muster([...script, 'https://logs-1250000000.cos.ap-guangzhou.myqcloud.com']);
  expect(foreign.stderr).toContain('InvalidParameterValue.InvalidOutputCOSBucketUrl');
  expect([missing.code, foreign.code]).not.toContain(0);
});

it('writes signatures down nowhere', async () => {
  const root = join(fixture.folder, 'data');
  await eventually('the machine to have forgotten', () => {
    const { dataDir } = fixture.constellation.machines[0]!;
    return readdirSync(join(dataDir, 'journal', 'tasks')).length === 0;
  });
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files.filter(({ parentPath, name }) => {
    try {
      return readFileSync(join(parentPath, name)).includes('X-Amz-Signature');
    } catch {
      // it went while we looked
      return false;
    }
  });
  expect(found.map(({ name }) => name)).toEqual([]);
  expect(files.length).toBeGreaterThan(20);
});
