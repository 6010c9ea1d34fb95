import { Refusal } from '@muster/kernel';
import { describe, expect, it } from 'vitest';
import type { OfflinePolicy } from './offline-policy.ts';
import { admitTargets, checkPlace, checkRelated, inOrderNamed, kindOf, type Target } from './targets.ts';

const machine = (instanceId: string, systemName: string): Target => ({
  instanceId,
  systemName,
  installed: true,
  online: true,
});
const linux = machine('ins-linux000', 'Linux');
const mac = machine('ins-darwin00', 'Darwin');
const windows = machine('ins-windows0', 'Windows');
const offline = { ...machine('ins-offline0', 'Linux'), online: false };
const silent = { ...offline, instanceId: 'ins-silent00', installed: false };

const reasonOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  return 'accepted';
};
const place = (instanceIds: readonly string[]) => checkPlace({ instanceIds, offlinePolicy: 'REFUSE' });
const admit = (found: readonly Target[], policy: OfflinePolicy) => admitTargets(found, 'SHELL', { policy });

describe('named machines', () => {
  it('are up to 200 of one kind, each once', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `rins-${String(index).padStart(8, '0')}`);
    expect(place(ids).machines).toEqual(ids);
    expect(place(['ins-aaaaaaaa', 'ins-aaaaaaaa']).machines).toEqual(['ins-aaaaaaaa']);
    expect(reasonOf(() => place([...ids, ...ids]))).toBe('InvalidParameterValue.LimitExceeded');
  });

  it('come in the order named, and every one must be known', () => {
    const named = [mac.instanceId, linux.instanceId];
    expect(inOrderNamed(named, [linux, mac])).toEqual([mac, linux]);
    expect(reasonOf(() => inOrderNamed(named, [linux]))).toBe('ResourceNotFound.InstanceNotFound');
  });

  it('are machines of the run that they are named for', () => {
    const related = [linux.instanceId, mac.instanceId];
    expect(() => checkRelated('inv-abcdefgh', [mac.instanceId], related)).not.toThrow();
    expect(reasonOf(() => checkRelated('inv-abcdefgh', [windows.instanceId], related))).toBe(
      'InvalidParameterValue.InstanceIsNotRelatedToInvocation',
    );
  });
});

it.each([
  ['SHELL', [linux, mac], [windows]],
  ['PYTHON', [linux, mac], [windows]],
  ['POWERSHELL', [linux, mac, windows], []],
  ['BAT', [windows], [linux, mac]],
] as const)('%s runs where the system can', (type, fit, unfit) => {
  for (const target of fit) expect(admitTargets([target], type, { policy: 'REFUSE' }).targets).toEqual([target]);
  for (const target of unfit) {
    const reason = reasonOf(() => admitTargets([target], type, { policy: 'REFUSE' }));
    expect(reason).toBe('InvalidParameterValue.AgentUnsupportedCommandType');
  }
});

describe('absent machines', () => {
  it('refuse the run, and one whose agent was never heard says so', () => {
    expect(reasonOf(() => admit([linux, offline], 'REFUSE'))).toBe('ResourceUnavailable.AgentStatusNotOnline');
    expect(reasonOf(() => admit([offline, silent], 'REFUSE'))).toBe('ResourceUnavailable.AgentNotInstalled');
  });

  it('are run on when they return', () => {
    expect(admit([linux, offline, silent], 'RUN_ON_RETURN')).toEqual({
      targets: [linux, offline, silent],
      offlineCount: 2,
      skippedCount: 0,
    });
  });

  it('are left out, unless that leaves nothing', () => {
    expect(admit([linux, offline, silent], 'SKIP')).toEqual({ targets: [linux], offlineCount: 0, skippedCount: 2 });
    expect(reasonOf(() => admit([offline], 'SKIP'))).toBe('ResourceUnavailable.AgentStatusNotOnline');
  });

  it('that are left out need not be able to run the command', () => {
    const off = { ...windows, online: false };
    expect(admit([linux, off], 'SKIP').targets).toEqual([linux]);
    expect(reasonOf(() => admit([linux, off], 'RUN_ON_RETURN'))).toBe(
      'InvalidParameterValue.AgentUnsupportedCommandType',
    );
  });
});

it('no machine at all is no run', () => {
  expect(reasonOf(() => admit([], 'SKIP'))).toBe('ResourceNotFound.InstanceNotFound');
});

it('machines of several kinds are mixed', () => {
  const lighthouse = { instanceId: 'lhins-aaaaaaaa' };
  expect(kindOf([linux, mac])).toBe('CVM');
  expect(kindOf([lighthouse])).toBe('LIGHTHOUSE');
  expect(kindOf([linux, lighthouse])).toBe('MIXED');
});
