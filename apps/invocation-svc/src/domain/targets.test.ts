import { Refusal } from '@muster/kernel';
import { expect, it } from 'vitest';
import { checkInstanceIds, checkTargets } from './targets.ts';

const linux = { instanceId: 'ins-linux000', online: true, systemName: 'Linux' };
const mac = { instanceId: 'ins-darwin00', online: true, systemName: 'Darwin' };
const windows = { instanceId: 'ins-windows0', online: true, systemName: 'Windows' };

const reasonOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  return 'accepted';
};

it('takes up to 200 machines of one kind, each once', () => {
  const ids = Array.from({ length: 200 }, (_, index) => `rins-${String(index).padStart(8, '0')}`);
  expect(checkInstanceIds(ids)).toEqual({ ids, kind: 'REGISTERED' });
  expect(checkInstanceIds(['ins-aaaaaaaa', 'ins-aaaaaaaa'])).toEqual({ ids: ['ins-aaaaaaaa'], kind: 'CVM' });
  expect(reasonOf(() => checkInstanceIds([...ids, ...ids]))).toBe('InvalidParameterValue.LimitExceeded');
});

it('gives machines in the order named', () => {
  const named = [mac.instanceId, linux.instanceId];
  expect(checkTargets(named, [linux, mac], 'SHELL')).toEqual([mac, linux]);
});

it.each([
  ['SHELL', [linux, mac], [windows]],
  ['PYTHON', [linux, mac], [windows]],
  ['POWERSHELL', [linux, mac, windows], []],
  ['BAT', [windows], [linux, mac]],
] as const)('lets %s run where the system can', (type, fit, unfit) => {
  for (const target of fit) expect(checkTargets([target.instanceId], [target], type)).toEqual([target]);
  for (const target of unfit) {
    const reason = reasonOf(() => checkTargets([target.instanceId], [target], type));
    expect(reason).toBe('InvalidParameterValue.AgentUnsupportedCommandType');
  }
});

it('says that a machine is unknown before it says that another is offline', () => {
  const offline = { ...linux, online: false };
  const both = () => checkTargets([offline.instanceId, 'ins-unknown0'], [offline], 'SHELL');
  expect(reasonOf(both)).toBe('ResourceNotFound.InstanceNotFound');
});
