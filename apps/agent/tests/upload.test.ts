import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { TaskOutcome } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { greeted } from './fake-service.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const { run } = machine;

/** A storage that takes what is put, unless a test holds it up. */
const puts: { path: string; body: Buffer }[] = [];
let hold: ((response: ServerResponse) => void) | undefined;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    puts.push({ path: request.url ?? '', body: await buffer(request) });
    if (hold) hold(response);
    else response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  puts.length = 0;
  hold = undefined;
});

const upload = () => ({ putUrl: `${url}/bucket/key?X-Amz-Signature=5ecret`, outputUrl: 'known as' });
const UPLOADED = { outputUrl: 'known as', outputUploadError: '' };

it('puts both outputs, standard output first, before it reports the result', async () => {
  await machine.agent();
  const task = run('echo one; echo two >&2; echo three; exit 3', { upload: upload() });
  expect(await task.result).toMatchObject({ ...UPLOADED, outcome: TaskOutcome.FAILED, exitCode: 3 });
  expect(puts.map(({ path, body }) => [path, body.toString()])).toEqual([
    ['/bucket/key?X-Amz-Signature=5ecret', 'one\nthree\ntwo\n'],
  ]);
  expect(task.output.stdout.toString()).toBe('one\nthree\n');
});

it('puts what is masked, and no more than is kept', async () => {
  await machine.agent();
  const task = run(`printf 'is s3cret'; head -c 5000 /dev/zero >&2`, {
    upload: upload(),
    hiddenValues: ['s3cret'],
    outputLimitBytes: 1_000,
  });
  expect(await task.result).toMatchObject({ ...UPLOADED, discarded: 4_000n });
  expect(puts[0]?.body.equals(Buffer.concat([Buffer.from('is ******'), Buffer.alloc(1_000)]))).toBe(true);
});

it('puts what there is of a script that was killed', async () => {
  await machine.agent();
  const cancelled = run('echo begun; sleep 60', { upload: upload() });
  await eventually('output', () => cancelled.output.stdout.length > 0);
  machine.service.cancel(cancelled);
  expect(await cancelled.result).toMatchObject({ ...UPLOADED, outcome: TaskOutcome.TERMINATED });
  const late = run('echo begun, too; sleep 60', { upload: upload(), timeoutSeconds: 1 });
  expect(await late.result).toMatchObject({ ...UPLOADED, outcome: TaskOutcome.TIMEOUT });
  expect(puts.map(({ body }) => body.toString())).toEqual(['begun\n', 'begun, too\n']);
});

it('puts nothing of a script that never ran, nor where nothing is asked for', async () => {
  await machine.agent();
  const unstarted = run('echo', { upload: upload(), workingDirectory: '/nowhere' });
  const none = { outputUrl: '', outputUploadError: '' };
  expect(await unstarted.result).toMatchObject({ ...none, outcome: TaskOutcome.START_FAILED });
  expect(await run('echo').result).toMatchObject({ ...none, outcome: TaskOutcome.SUCCESS });
  expect(puts).toEqual([]);
});

it('reports the outcome of the script whatever became of the upload, without the signature', async () => {
  await machine.agent();
  hold = (response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
  const result = await run('exit 0', { upload: upload() }).result;
  const outputUploadError = 'the storage answered 403 AccessDenied';
  expect(result).toMatchObject({ outcome: TaskOutcome.SUCCESS, exitCode: 0, outputUrl: '', outputUploadError });
});

it('puts the output again when the agent was killed over it, and not once the result is on disk', async () => {
  hold = () => {};
  const first = await machine.process();
  const task = run('echo once', { upload: upload() });
  await eventually('the upload', () => puts.length === 1);
  await first.stop('SIGKILL');
  hold = undefined;
  machine.service.answerResults = false;
  const second = await machine.process();
  await eventually('a result', () => task.results.length > 0);
  await second.stop('SIGKILL');
  machine.service.answerResults = true;
  await machine.agent();
  expect(await task.result).toMatchObject({ ...UPLOADED, outcome: TaskOutcome.SUCCESS });
  expect(puts.map(({ body }) => body.toString())).toEqual(['once\n', 'once\n']);
});

it('keeps nobody waiting who cancels the run over an upload', async () => {
  hold = () => {};
  await machine.agent();
  const task = run('echo once', { upload: upload() });
  await eventually('the upload', () => puts.length === 1);
  await eventually('its output, which waits for no upload', () => task.output.stdout.toString() === 'once\n');
  machine.service.cancel(task);
  const outputUploadError = 'the run was cancelled before the upload was done';
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.SUCCESS, outputUrl: '', outputUploadError });
});

it('asks no proxy', async () => {
  const nobody = 'http://127.0.0.1:1';
  await machine.process({
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: nobody,
    http_proxy: nobody,
    NO_PROXY: '',
    no_proxy: '',
  });
  await greeted(machine.service, machine.identity.instanceId);
  expect(await run('echo', { upload: upload() }).result).toMatchObject(UPLOADED);
});
