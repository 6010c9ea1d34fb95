import { randomText } from '@muster/kernel';
import type { Vault } from '@muster/vault';
import type { IamContext } from '../context.ts';
import { newAccessKey } from '../crypto/access-keys.ts';
import type { AccessKey } from '../store/access-key-store.ts';
import type { TokenRecord } from '../store/token-store.ts';

/** The name that a key's secret is sealed under. */
export function secretName(accessKeyId: string): string {
  return `access-key/${accessKeyId}`;
}

/** A new, working key: its record, and the secret that is shown once. */
export function mintAccessKey(
  vault: Vault,
  { uin, description, now }: { uin: string; description: string; now: number },
): { key: AccessKey; secretKey: string } {
  const { secretId, secretKey } = newAccessKey();
  const secret = vault.seal(Buffer.from(secretKey), secretName(secretId));
  return {
    key: { accessKeyId: secretId, uin, secret, active: true, description, createdAt: now, lastUsedAt: undefined },
    secretKey,
  };
}

/** For whom a token is, what it was traded for, what narrows it, and how long it lives (milliseconds). */
export interface TokenOrder extends Omit<TokenRecord, 'tokenId' | 'expiresAt'> {
  readonly lifetime: number;
}

/** A new token and its record. It is in force once the record is stored. */
export async function mintToken(
  { bearerTokens, clock }: Pick<IamContext, 'bearerTokens' | 'clock'>,
  { lifetime, ...order }: TokenOrder,
): Promise<{ token: string; record: TokenRecord }> {
  const issuedAt = clock.now();
  // the token knows whole seconds, so the record must end with it
  const expiresAt = Math.floor((issuedAt + lifetime) / 1_000) * 1_000;
  const tokenId = randomText(32);
  const token = await bearerTokens.sign({ tokenId, ...order }, { issuedAt, expiresAt });
  return { token, record: { ...order, tokenId, expiresAt } };
}
