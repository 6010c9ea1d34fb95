import type { Action } from '@muster/cloud-api';
import { describe, expect, it } from 'vitest';
import { CallRates } from './call-rates.ts';

const KNOWN = new Set(['RunCommand', 'DescribeRegions', 'DescribeAutomationAgentStatus']);
const action = (name: string) => ({ product: 'tat', name }) as Action;
const ROOT = { accountUin: '1', uin: '1' };
const USER = { accountUin: '1', uin: '2' };

function rates(apiCallsPerSecond: number, apiCallRates = '') {
  const clock = { now: 0 };
  const counted = new CallRates({ apiCallsPerSecond, apiCallRates }, KNOWN, () => clock.now);
  /** How many calls pass before one is refused. */
  const passing = (who: typeof ROOT, name: string, calls = 1_000): number => {
    for (let passed = 0; passed < calls; passed++) {
      try {
        counted.admit(who, action(name));
      } catch {
        return passed;
      }
    }
    return calls;
  };
  return { clock, counted, passing };
}

describe('T31: the rates of the API', () => {
  it('let a second of calls through at once, and as many each second after', () => {
    const { clock, counted, passing } = rates(20);
    expect(passing(ROOT, 'RunCommand')).toBe(20);
    expect(() => counted.admit(ROOT, action('RunCommand'))).toThrow(
      'tat:RunCommand may be called 20 times a second by one account; try again in 50 ms',
    );
    clock.now += 50;
    expect(passing(ROOT, 'RunCommand')).toBe(1);
    clock.now += 60_000;
    expect(passing(ROOT, 'RunCommand')).toBe(20);
  });

  it('count each action and each user by itself', () => {
    const { passing } = rates(20);
    expect(passing(ROOT, 'RunCommand')).toBe(20);
    expect(passing(USER, 'RunCommand')).toBe(20);
    expect(passing(ROOT, 'DescribeRegions')).toBe(20);
  });

  it('are others for the actions that say so, and none at 0', () => {
    const { passing } = rates(20, 'DescribeAutomationAgentStatus=60,DescribeRegions=0');
    expect(passing(ROOT, 'DescribeAutomationAgentStatus')).toBe(60);
    expect(passing(ROOT, 'DescribeRegions')).toBe(1_000);
    expect(rates(0, 'RunCommand=5').passing(ROOT, 'DescribeRegions')).toBe(1_000);
    expect(rates(0, 'RunCommand=5').passing(ROOT, 'RunCommand')).toBe(5);
  });
});
