import { InvocationService } from '@muster/contract';
import { createLogger } from '@muster/telemetry';
import { afterEach, expect, it } from 'vitest';
import { type Metrics, openMetrics } from './index.ts';

const silentLogger = createLogger('test', 'silent');
const settings = { metricsListen: '127.0.0.1:0', tlsCert: '', tlsKey: '', allowPlaintext: false };
let metrics: Metrics | undefined;

afterEach(() => metrics?.[Symbol.asyncDispose]());

async function read(path = '/metrics', method = 'GET'): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://${metrics!.address}${path}`, { method });
  return { status: answer.status, text: await answer.text() };
}

it('tells calls by method and status, and how long those with one answer took', async () => {
  metrics = await openMetrics(settings, silentLogger);
  const { runCommand, watchInvocation } = InvocationService.method;
  metrics.calls({ method: runCommand, code: 'OK', ms: 4 });
  metrics.calls({ method: runCommand, code: 'PERMISSION_DENIED', ms: 1 });
  metrics.calls({ method: watchInvocation, code: 'OK', ms: 60_000 });
  const { status, text } = await read();
  expect(status).toBe(200);
  const lines = text.split('\n');
  expect(lines).toContain('muster_calls_total{method="RunCommand",code="OK"} 1');
  expect(lines).toContain('muster_calls_total{method="RunCommand",code="PERMISSION_DENIED"} 1');
  expect(lines).toContain('muster_calls_total{method="WatchInvocation",code="OK"} 1');
  expect(lines).toContain('muster_call_seconds_bucket{le="0.005",method="RunCommand"} 2');
  expect(text).not.toContain('muster_call_seconds_count{method="WatchInvocation"}');
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
});

it('looks gauges up when they are read', async () => {
  metrics = await openMetrics(settings, silentLogger);
  let value = 1;
  metrics.gauge('muster_things', 'Things', ['kind'], async () => [{ labels: { kind: 'a' }, value }]);
  expect((await read()).text).toContain('muster_things{kind="a"} 1');
  value = 2;
  expect((await read()).text).toContain('muster_things{kind="a"} 2');
});

it('answers nothing else, and says what it takes', async () => {
  metrics = await openMetrics(settings, silentLogger);
  expect((await read('/')).status).toBe(404);
  expect((await read('/metrics', 'POST')).status).toBe(405);
});

it('counts without a listener when none is asked for', async () => {
  metrics = await openMetrics({ ...settings, metricsListen: '' }, silentLogger);
  expect(metrics.address).toBeUndefined();
  metrics.counter('muster_x_total', 'x', []).inc();
});

it('does not speak plaintext where others can listen', async () => {
  const open = openMetrics({ ...settings, metricsListen: '0.0.0.0:0' }, silentLogger);
  await expect(open).rejects.toThrow(/MUSTER_METRICS_LISTEN is `0\.0\.0\.0:0`.*MUSTER_TLS_CERT/);
});

it('lets several be open in one process', async () => {
  metrics = await openMetrics(settings, silentLogger);
  await using other = await openMetrics(settings, silentLogger);
  expect(other.address).not.toBe(metrics.address);
});
