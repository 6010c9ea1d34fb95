import { expect, it } from 'vitest';
import { drawPlan, type PlanOptions } from '../src/plan.ts';

const options: PlanOptions = { seed: 7, seconds: 600, agents: 5, tasksPerSecond: 10, profile: 'everything' };

it('is the same for the same seed, and another for another', () => {
  expect(drawPlan(options)).toEqual(drawPlan(options));
  const others = [8, 9, 7 + 16].map((seed) => drawPlan({ ...options, seed }));
  for (const other of others) expect(other.faults).not.toEqual(drawPlan(options).faults);
});

it('begins a longer plan as a shorter one', () => {
  const short = drawPlan({ ...options, seconds: 60 });
  expect(drawPlan(options).faults.slice(0, short.faults.length)).toEqual(short.faults);
  expect(drawPlan(options).calls.slice(0, short.calls.length)).toEqual(short.calls);
});

it.each([1, 2, 3, 4, 5])(
  'has in ten minutes more than 300 kills, 5,000 tasks, and every kind of fault (seed %i)',
  (seed) => {
    const { faults, calls } = drawPlan({ ...options, seed });
    const count = (kind: string) => faults.filter((fault) => fault.kind === kind).length;
    expect(count('kill')).toBeGreaterThan(330);
    for (const kind of ['restart', 'pause', 'link', 'supervisor']) expect(count(kind)).toBeGreaterThan(5);
    const victims = new Set(faults.flatMap((fault) => (fault.kind === 'kill' ? [fault.victim] : [])));
    expect([...victims].toSorted()).toEqual([
      'command-svc',
      'gateway',
      'iam-svc',
      'invocation-svc',
      'nats-server',
      'web-1',
      'web-2',
      'web-3',
      'web-4',
      'web-5',
    ]);
    const link = new Set(faults.flatMap((fault) => (fault.kind === 'link' ? [fault.how.what] : [])));
    expect([...link].toSorted()).toEqual(['cut', 'delay', 'drop', 'refuse', 'repeat', 'silence']);
    expect(calls.reduce((sum, { machines }) => sum + machines.length, 0)).toBeGreaterThan(5_000);
    expect(new Set(calls.map(({ script }) => script.kind)).size).toBe(8);
    expect(calls.filter(({ cancelAfterMs }) => cancelAfterMs !== undefined).length).toBeGreaterThan(100);
  },
);

it('goes forward in time, names every run once, and no machine twice in one', () => {
  const { faults, calls } = drawPlan(options);
  for (const list of [faults, calls]) {
    const times = list.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times.at(-1)).toBeLessThan(600_000);
  }
  expect(new Set(calls.map(({ name }) => name)).size).toBe(calls.length);
  for (const { machines } of calls) {
    expect(machines.length).toBeGreaterThan(0);
    expect(new Set(machines).size).toBe(machines.length);
  }
});
