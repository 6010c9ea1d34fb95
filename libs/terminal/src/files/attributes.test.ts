import { expect, it } from 'vitest';
import { type Attributes, givenHere } from './attributes.ts';
import { hostHere } from './disk.test-support.ts';

const root = hostHere({ uid: 0 });
const theirs: Attributes = { mode: 0o6755, modified: 0, uid: 501, gid: 20, owner: 'ana', group: 'team' };
const all = { owner: true, setId: true };

it('gives a file to the owner of the same name, not of the same number', () => {
  expect(givenHere(root, theirs, all)).toEqual({ mode: 0o6755, ids: { uid: 1000, gid: 1001 }, unknownOwner: '' });
});

it('leaves with root, and without set-id bits, what belongs to a name that is unknown', () => {
  const unknown = { ...theirs, owner: 'bob', group: 'crew' };
  expect(givenHere(root, unknown, all)).toEqual({ mode: 0o755, ids: { uid: 0, gid: 0 }, unknownOwner: 'bob, crew' });
});

it('keeps a number that has no name', () => {
  expect(givenHere(root, { ...theirs, owner: '', group: '' }, all).ids).toEqual({ uid: 501, gid: 20 });
});

it('T11: believes no set-id bits of a machine, and gives nothing away unless it is root and was asked to', () => {
  expect(givenHere(root, theirs, { owner: true, setId: false }).mode).toBe(0o755);
  const nothing = { mode: 0o755, ids: undefined, unknownOwner: '' };
  expect(givenHere(root, theirs, { owner: false, setId: true })).toEqual(nothing);
  expect(givenHere(hostHere({ uid: 1000 }), theirs, all)).toEqual(nothing);
});
