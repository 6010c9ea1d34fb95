import type { AutomationAgentInfo } from '@muster/contract';
import { escapeText } from './domain/escape.ts';

/** What happens to orders that are repeated or late: no reason to look at the machine. */
const ORDINARY = ['known', 'finished', 'stale-session', 'expired'];

/** What an instance's agent refuses, and what it refused that somebody should know of; a line each. */
export function guardNotes({
  instanceId,
  instanceName,
  hostVeto,
  refusals,
}: Pick<AutomationAgentInfo, 'instanceId' | 'instanceName' | 'hostVeto' | 'refusals'>): string[] {
  const name = escapeText(instanceName || instanceId);
  const notes: string[] = [];
  if (hostVeto !== '') notes.push(`${name}: the veto file of the machine refuses ${escapeText(hostVeto)}`);
  const counts = refusals
    .filter(({ reason }) => !ORDINARY.includes(reason))
    .map(({ reason, count }) => `${count} ${escapeText(reason)}`);
  if (counts.length > 0) notes.push(`${name}: refused since its agent started: ${counts.join(', ')}`);
  return notes;
}
