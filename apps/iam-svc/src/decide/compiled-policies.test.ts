import { UNREADABLE_POLICY } from '@muster/policy';
import { describe, expect, it, vi } from 'vitest';
import { CompiledPolicies } from './compiled-policies.ts';

const GOOD = '{"version":"2.0","statement":{"effect":"allow","action":"*","resource":"*"}}';

function policies(documents: (ref: { policyId: number; version: number }) => Promise<string | undefined>) {
  const asked: string[] = [];
  const unreadable: number[] = [];
  const compiled = new CompiledPolicies(({ policyId }) => unreadable.push(policyId));
  const read: typeof documents = (ref) => {
    asked.push(`${ref.policyId}.${ref.version}`);
    return documents(ref);
  };
  return { asked, unreadable, get: (policyId: number, version = 1) => compiled.get({ policyId, version }, read) };
}

describe('compiled policies', () => {
  it('are read once a version', async () => {
    const { asked, get } = policies(async () => GOOD);
    const first = await get(1);
    expect(await get(1)).toBe(first);
    expect(await get(1, 2)).toMatchObject({ policyId: '1', version: 2 });
    expect(asked).toEqual(['1.1', '1.2']);
  });

  it('deny when their text cannot be read or is gone, and are reported', async () => {
    const { unreadable, get } = policies(async ({ policyId }) => (policyId === 1 ? '{}' : undefined));
    expect(await get(1)).toEqual({ policyId: '1', version: 1, compiled: UNREADABLE_POLICY });
    expect(await get(2)).toMatchObject({ compiled: UNREADABLE_POLICY });
    expect(unreadable).toEqual([1, 2]);
  });

  it('are not judged by a store that fails for a moment', async () => {
    const documents = vi.fn().mockRejectedValueOnce(new Error('disk I/O error')).mockResolvedValue(GOOD);
    const { get } = policies(documents);
    await expect(get(1)).rejects.toThrow('disk I/O error');
    expect((await get(1)).compiled).not.toBe(UNREADABLE_POLICY);
  });

  it('drop the one that nobody used for longest when there are too many', async () => {
    const { asked, get } = policies(async () => GOOD);
    for (let id = 1; id <= 2_000; id++) await get(id);
    await get(1);
    await get(2_001);
    asked.length = 0;
    await get(1);
    await get(2);
    expect(asked).toEqual(['2.1']);
  });
});
