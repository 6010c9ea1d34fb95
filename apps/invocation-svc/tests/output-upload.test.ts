import { TaskStatus } from '@muster/contract';
import { type ObjectStore, startObjectStore } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, untilTaskIs } from './runs-fixture.ts';

const UPLOAD_LIMIT = 3_000_000;

let store: ObjectStore;
let service: Fixture;
let agent: FakeAgent;
beforeAll(async () => {
  store = await startObjectStore(['bucket']);
  service = await startFixture({
    cosSecretId: store.secretId,
    cosSecretKeyFile: store.secretKeyFile,
    cosEndpoint: store.endpoint,
    uploadLimitBytes: UPLOAD_LIMIT,
  });
  agent = await service.agent();
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const bucket = () => ({ outputCosBucketUrl: `${store.endpoint}/bucket`, outputCosKeyPrefix: 'a' });

it('orders an upload of one object, with an address that lasts past the timeout', async () => {
  const invocationId = await run(service, [agent], { ...bucket(), timeout: 600 });
  const { upload, invocationTaskId, outputLimitBytes } = await startOn(agent);
  const outputUrl = `${store.endpoint}/bucket/a/${invocationId}/${invocationTaskId}.log`;
  expect(upload?.outputUrl).toBe(outputUrl);
  expect(outputLimitBytes).toBe(UPLOAD_LIMIT);
  const seconds = Number(new URL(upload!.putUrl).searchParams.get('X-Amz-Expires'));
  // the delivery deadline and the timeout, and an hour to spare
  expect(seconds).toBeGreaterThan(600 + 3_600);
  expect(seconds).toBeLessThanOrEqual(60 + 600 + 3_600);
  expect((await fetch(upload!.putUrl, { method: 'PUT', body: 'output' })).status).toBe(200);
  expect((await store.object(outputUrl))?.toString()).toBe('output');
  await finish(agent, { invocationTaskId });
});

it('orders none where none is asked for', async () => {
  await run(service, [agent]);
  const order = await startOn(agent);
  expect(order.upload).toBeUndefined();
  expect(order.outputLimitBytes).toBe(service.config.outputLimitBytes);
  await finish(agent, order);
});

it('shows where the output is, by its own reckoning and not by the word of the machine', async () => {
  const outputUrl = 'https://example.com/elsewhere';
  const invocationId = await run(service, [agent], bucket());
  const order = await startOn(agent);
  await finish(agent, order, { outputUrl });
  const { taskResult } = await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  expect(taskResult).toMatchObject({ outputUrl: order.upload?.outputUrl, outputUploadCosErrorInfo: '' });

  const withoutBucket = await run(service, [agent]);
  await finish(agent, await startOn(agent), { outputUrl });
  const task = await untilTaskIs(service, withoutBucket, TaskStatus.SUCCESS);
  expect(task.taskResult?.outputUrl).toBe('');
});

it('shows why an upload failed, and leaves the status alone', async () => {
  const invocationId = await run(service, [agent], bucket());
  await finish(agent, await startOn(agent), { outputUploadError: `the storage answered 403${' '.repeat(2_000)}` });
  const { taskResult, errorInfo } = await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  expect(taskResult).toMatchObject({ outputUrl: '', exitCode: 0 });
  expect(taskResult?.outputUploadCosErrorInfo).toMatch(/^the storage answered 403 {1000}/);
  expect(taskResult?.outputUploadCosErrorInfo).toHaveLength(1_024);
  expect(errorInfo).toBe('');
});

it('makes nothing when the bucket is not there, or elsewhere, also when it only looks or saves', async () => {
  const instanceIds = [agent.instanceId];
  const refused = async (outputCosBucketUrl: string, more = {}) => {
    const call = service.runs().runCommand({ content: bytes('true'), instanceIds, outputCosBucketUrl, ...more });
    return (await refusalOf(call)).reason;
  };
  const missing = `${store.endpoint}/missing`;
  const code = 'ResourceNotFound.CosBucketNotFoundCode';
  expect(await refused(missing)).toBe(code);
  expect(await refused(missing, { dryRun: true })).toBe(code);
  expect(await refused(missing, { saveCommand: true })).toBe(code);
  expect(service.library.saved).toEqual([]);
  expect(await refused('https://example.com/bucket')).toBe('InvalidParameterValue.InvalidOutputCOSBucketUrl');
  expect(agent.tasks.waiting).toEqual([]);
});
