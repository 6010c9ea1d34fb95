import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { UsedSignatureTable } from '../store/tables/used-signature.ts';
import type { UsedSignatureStore } from '../store/used-signature-store.ts';
import { type SignatureUse, UsedSignatures } from './used-signatures.ts';

/** A store that takes its time, and fails when told to. */
function fakeStore() {
  const rows = new Map<string, UsedSignatureTable>();
  const state: { failing: boolean } = { failing: false };
  const store: Pick<UsedSignatureStore, 'purposeOf' | 'insert'> = {
    async purposeOf(signature) {
      await new Promise(setImmediate);
      return rows.get(signature)?.purpose;
    },
    async insert(row) {
      await new Promise(setImmediate);
      if (state.failing) throw new Error('the disk is full');
      if (rows.has(row.signature)) return false;
      rows.set(row.signature, row);
      return true;
    },
  };
  return { state, open: () => new UsedSignatures(store as UsedSignatureStore) };
}

const use = (part: Partial<SignatureUse> = {}): SignatureUse => ({
  ...{ signature: 's', action: 'tat:RunCommand', repeatable: false, seconds: 1_000, peerAddress: 'a', now: 1_000_000 },
  ...part,
});

it('leaves a signature unused when its use could not be kept', async () => {
  const { state, open } = fakeStore();
  const used = open();
  state.failing = true;
  await expect(used.take(use())).rejects.toThrow('the disk is full');
  state.failing = false;
  expect(await used.take(use())).toBeUndefined();
  expect(await used.take(use())).toBe('`tat:RunCommand`');
});

it('T24: lets no write through twice, whatever is asked in between, at once, from where, and over restarts', async () => {
  const asked = fc.record({
    signature: fc.constantFrom('s', 't'),
    action: fc.constantFrom('tat:RunCommand', 'tat:DeleteCommand', 'cam:DeleteUser'),
    peerAddress: fc.constantFrom('a', 'b'),
    after: fc.constantFrom(0, 1_000, 5_000),
    read: fc.boolean(),
    restart: fc.boolean(),
    alone: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { maxLength: 12 }), async (requests) => {
      const { open } = fakeStore();
      let used = open();
      let now = 1_000_000;
      const through: string[] = [];
      const waiting: Promise<void>[] = [];
      for (const { after, read, restart, alone, ...rest } of requests) {
        if (restart) {
          await Promise.all(waiting);
          used = open();
        }
        now += after;
        const taken = used.take(
          use({ ...rest, now, ...(read ? { action: 'tat:DescribeCommands', repeatable: true } : {}) }),
        );
        waiting.push(
          taken.then((spent) => {
            if (spent === undefined && !read) through.push(`${rest.signature} ${rest.action}`);
          }),
        );
        if (alone) await taken;
      }
      await Promise.all(waiting);
      expect(through).toEqual([...new Set(through)]);
    }),
  );
});
