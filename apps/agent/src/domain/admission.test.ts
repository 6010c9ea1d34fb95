import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AdmissionFacts, refusalOf } from './admission.ts';

const order = {
  tenant: 'ATENANT',
  instanceId: 'ins-12345678',
  epoch: 3n,
  invocationTaskId: 'invt-12345678',
  expiresMs: 1_000,
};
const facts: AdmissionFacts = {
  tenant: 'ATENANT',
  instanceId: 'ins-12345678',
  epoch: 3n,
  serviceNowMs: 999,
  isKnown: () => false,
  isFinished: () => false,
};

it('admits an order that is for this machine and session, in time, and new', () => {
  expect(refusalOf(order, facts)).toBeUndefined();
});

it.each([
  ['malformed', { invocationTaskId: '../etc' }, {}],
  ['malformed', { invocationTaskId: 'inv-12345678' }, {}],
  ['foreign', { tenant: 'AOTHER' }, {}],
  ['foreign', { instanceId: 'ins-87654321' }, {}],
  ['stale-session', { epoch: 2n }, {}],
  ['stale-session', { epoch: 4n }, {}],
  ['expired', {}, { serviceNowMs: 1_000 }],
  ['known', {}, { isKnown: (id: string) => id === 'invt-12345678' }],
  ['finished', {}, { isFinished: (id: string) => id === 'invt-12345678' }],
])('refuses as %s: %o %o', (reason, orderChange, factsChange) => {
  expect(refusalOf({ ...order, ...orderChange }, { ...facts, ...factsChange })).toBe(reason);
});

it('lets no id through that could leave the journal', () => {
  fc.assert(
    fc.property(fc.string(), (invocationTaskId) => {
      if (refusalOf({ ...order, invocationTaskId }, facts) === undefined)
        expect(invocationTaskId).toMatch(/^invt-[a-z0-9]+$/);
    }),
  );
});
