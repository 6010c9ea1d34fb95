import { chmodSync, mkdtempDisposableSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeMasterKeyFile, masterVault, newKey, Vault } from './vault.ts';

const secret = Buffer.from('a secret');

describe('a vault', () => {
  it('opens what it sealed, and seals the same differently each time', () => {
    const vault = new Vault(newKey());
    const [one, two] = [vault.seal(secret, 'name'), vault.seal(secret, 'name')];
    expect(vault.open(one, 'name')).toEqual(secret);
    expect(Buffer.compare(one, two)).not.toBe(0);
    expect(Buffer.from(one).includes(secret)).toBe(false);
  });

  it('opens nothing under another name or key, and nothing that was changed anywhere', () => {
    const vault = new Vault(newKey());
    const sealed = vault.seal(secret, 'name');
    expect(() => vault.open(sealed, 'other')).toThrow();
    expect(() => new Vault(newKey()).open(sealed, 'name')).toThrow();
    for (let i = 0; i < sealed.length; i++) {
      const changed = Uint8Array.from(sealed);
      changed[i]! ^= 1;
      expect(() => vault.open(changed, 'name')).toThrow();
    }
  });

  it('derives another key for every name, always the same, and none that opens what it sealed', () => {
    const key = newKey();
    const vault = new Vault(key);
    expect(vault.derive('audit-head')).toHaveLength(32);
    expect(vault.derive('audit-head')).toEqual(new Vault(key).derive('audit-head'));
    expect(vault.derive('audit-head')).not.toEqual(vault.derive('other'));
    expect(vault.derive('audit-head')).not.toEqual(new Vault(newKey()).derive('audit-head'));
    expect(() => new Vault(vault.derive('name')).open(vault.seal(secret, 'name'), 'name')).toThrow();
  });

  it('wants a key of 32 bytes', () => {
    expect(() => new Vault(new Uint8Array(31))).toThrow('32 bytes, was 31');
  });
});

describe('the master key file', () => {
  it('is made once, for its owner alone', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'muster-vault-'));
    const file = join(folder.path, 'master.key');
    await makeMasterKeyFile(file);
    const made = readFileSync(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await makeMasterKeyFile(file);
    expect(readFileSync(file)).toEqual(made);
    const sealed = (await masterVault(file)).seal(secret, 'name');
    expect(new Vault(made).open(sealed, 'name')).toEqual(secret);
  });

  it('is refused when it is missing, too open or too short', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'muster-vault-'));
    const file = join(folder.path, 'master.key');
    await expect(masterVault(file)).rejects.toThrow('cannot be read');
    await expect(makeMasterKeyFile(join(folder.path, 'nowhere', 'master.key'))).rejects.toThrow('ENOENT');
    writeFileSync(file, newKey(), { mode: 0o600 });
    chmodSync(file, 0o640);
    await expect(masterVault(file)).rejects.toThrow('must have mode 0600, has 0640');
    chmodSync(file, 0o600);
    truncateSync(file, 16);
    await expect(masterVault(file)).rejects.toThrow('must hold 32 bytes, holds 16');
  });
});
