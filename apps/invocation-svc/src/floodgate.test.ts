import { silentLogger } from '@muster/testkit';
import { describe, expect, it } from 'vitest';
import { floodgate } from './floodgate.ts';

const say = (instance: string, kind: string) => `up.ATENANT.${instance}.${kind}`;

describe('T32: words of a machine', () => {
  it('pass so many at the same time, and others pass beside them', () => {
    const gate = floodgate(silentLogger);
    const open = Array.from({ length: 64 }, () => gate.admit(say('ins-1', 'output'), 100));
    expect(open).not.toContain(undefined);
    expect(gate.admit(say('ins-1', 'output'), 100)).toBeUndefined();
    expect(gate.admit(say('ins-1', 'result'), 100)).toBeUndefined();
    expect(gate.admit(say('ins-2', 'output'), 100)).toBeDefined();
    open[0]![Symbol.dispose]();
    expect(gate.admit(say('ins-1', 'result'), 100)).toBeDefined();
  });

  it('pass so many a second, each kind for itself, and again later', () => {
    let now = 0;
    const gate = floodgate(silentLogger, () => now);
    const passing = (instance: string, kind: string) => {
      for (let passed = 0; ; passed++) {
        const place = gate.admit(say(instance, kind), 1);
        if (!place || passed > 10_000) return passed;
        place[Symbol.dispose]();
      }
    };
    expect(passing('ins-1', 'hello')).toBe(30);
    expect(passing('ins-1', 'output')).toBe(2_000);
    expect(passing('ins-2', 'hello')).toBe(30);
    now += 1_000;
    expect(passing('ins-1', 'hello')).toBe(1);
    expect(passing('ins-1', 'output')).toBe(200);
  });

  it('never hold more bytes than there may be, of however many machines', () => {
    const gate = floodgate(silentLogger);
    const places = Array.from({ length: 1_000 }, (_, index) => gate.admit(say(`ins-${index}`, 'output'), 256 << 10));
    expect(places.filter((place) => place !== undefined)).toHaveLength(256);
  });

  it('are all that is counted: what the bus itself says passes', () => {
    const gate = floodgate(silentLogger);
    for (let message = 0; message < 10_000; message++) {
      expect(gate.admit('evt.iam.permissions.changed', 1 << 20)).toBeDefined();
    }
  });
});
