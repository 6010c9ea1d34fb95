import { create } from '@bufbuild/protobuf';
import { AgentStatus, AutomationAgentInfoSchema } from '@muster/contract';
import { expect, it } from 'vitest';
import { groupings, nameOf, type TreeRow, treeRows } from './tree.ts';

const machine = (instanceName: string, online: boolean, tags: Record<string, string> = {}) =>
  create(AutomationAgentInfoSchema, {
    instanceId: `ins-${instanceName}`,
    instanceName,
    environment: 'Linux',
    agentStatus: online ? AgentStatus.ONLINE : AgentStatus.OFFLINE,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  });
const fleet = [
  machine('web-10', true, { role: 'web' }),
  machine('web-2', false, { role: 'web', zone: 'b' }),
  machine('db-1', true, { role: 'db' }),
  machine('box', false),
];
const read = (rows: TreeRow[]) =>
  rows.map((row) => (row.kind === 'group' ? `${row.name} (${row.count})` : nameOf(row.instance)));

it('puts what can be reached first, and counts as people do', () => {
  expect(read(treeRows(fleet, 'presence', new Set()))).toEqual([
    'Online (2)',
    'db-1',
    'web-10',
    'Offline (2)',
    'box',
    'web-2',
  ]);
});

it('groups by a tag, with those that lack it last', () => {
  expect(read(treeRows(fleet, 'tag:role', new Set()))).toEqual([
    'db (1)',
    'db-1',
    'web (2)',
    'web-2',
    'web-10',
    'Without this tag (1)',
    'box',
  ]);
});

it('leaves out the machines of a closed group', () => {
  expect(read(treeRows(fleet, 'presence', new Set(['Online'])))).toEqual(['Online (2)', 'Offline (2)', 'box', 'web-2']);
});

it('offers the tags there are, the most common first', () => {
  expect(groupings(fleet)).toEqual(['presence', 'system', 'tag:role', 'tag:zone']);
});
