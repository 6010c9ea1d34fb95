import { newKey, Vault } from '@muster/vault';
import { expect, it } from 'vitest';
import { secretName } from './mint.ts';
import { signers } from './signers.ts';

const ID = `AKID${'x'.repeat(32)}`;

it.each(['unknown', 'switched off', 'working'])(
  'T25: opens one sealed secret for an id whose key is %s',
  async (state) => {
    let opened = 0;
    const vault = new (class extends Vault {
      override open(sealed: Uint8Array, name: string): Buffer {
        opened++;
        return super.open(sealed, name);
      }
    })(newKey());
    const key = {
      ...{ accessKeyId: ID, uin: '1', accountUin: '1', userName: 'root', description: '', createdAt: 0 },
      ...{
        lastUsedAt: undefined,
        active: state === 'working',
        secret: vault.seal(Buffer.from('secret'), secretName(ID)),
      },
    };
    const keys = { findForExchange: async () => (state === 'unknown' ? undefined : key) };
    const { secret, holder } = await signers({ vault, keys } as unknown as Parameters<typeof signers>[0])(ID, '');
    expect(opened).toBe(1);
    expect(holder !== undefined).toBe(state === 'working');
    // what verifying works with: of nobody's it fits nothing
    expect(secret.length).toBeGreaterThan(0);
  },
);
