import { expect, it } from 'vitest';
import { checkMachineFacts, checkSessionFacts, isFresh, renewalText } from './enrollment.ts';

const machine = { hostName: 'web-1', localIp: '10.0.0.1', systemName: 'Linux', agentVersion: '1.0', machineId: 'm' };
const session = { ...machine, bootId: 'b', journalId: 'j' };

it.each([
  ['HostName', { hostName: '' }],
  ['HostName', { hostName: 'h'.repeat(256) }],
  ['HostName', { hostName: 'a\nb' }],
  ['SystemName', { systemName: 'linux' }],
  ['LocalIp', { localIp: 'x'.repeat(129) }],
  ['AgentVersion', { agentVersion: '\u0007' }],
])('%s is judged at registration and at hello', (field, change) => {
  expect(() => checkMachineFacts({ ...machine, ...change })).toThrow(field);
  expect(() => checkSessionFacts({ ...session, ...change })).toThrow(field);
});

it('what only one of the two says is judged there', () => {
  expect(() => checkMachineFacts({ ...machine, machineId: 'x'.repeat(129) })).toThrow('MachineId');
  expect(() => checkSessionFacts({ ...session, bootId: 'x'.repeat(129) })).toThrow('BootId');
  expect(() => checkSessionFacts({ ...session, journalId: '' })).toThrow('JournalId');
  expect(() => checkSessionFacts({ ...session, journalId: 'x'.repeat(129) })).toThrow('JournalId');
  checkMachineFacts(machine);
  checkSessionFacts(session);
});

it('a renewal is fresh for five minutes either way, whatever number is sent', () => {
  const now = 1_700_000_000_000;
  const off = (ms: number) => isFresh(BigInt(now + ms), now);
  expect([-300_001, -300_000, 0, 300_000, 300_001].map(off)).toEqual([false, true, true, true, false]);
  expect(isFresh(2n ** 64n - 1n, now)).toBe(false);
  expect(isFresh(0n, now)).toBe(false);
});

it('a renewal binds the machine and the moment', () => {
  expect(renewalText({ instanceId: 'ins-abcdefgh', timestampMs: 5n })).toBe('renew\nins-abcdefgh\n5');
});
