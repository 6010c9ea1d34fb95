import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { BearerTokens, newTokenKey } from './bearer-tokens.ts';

const claims = { tokenId: 'id', uin: '100000000011', accountUin: '100000000001' };
const times = { issuedAt: 1_000_000, expiresAt: 2_000_000 };

describe('bearer tokens', () => {
  it('say what they were signed with until they end', async () => {
    const tokens = new BearerTokens(newTokenKey());
    const token = await tokens.sign(claims, times);
    expect(await tokens.verify(token, 1_999_999)).toEqual(claims);
    expect(await tokens.verify(token, 2_000_000)).toBeUndefined();
  });

  it('are remembered once they were verified, until they end', async () => {
    const key = newTokenKey();
    const tokens = new BearerTokens(key);
    const token = await tokens.sign(claims, times);
    expect(tokens.remembered(token, 1_500_000)).toBeUndefined();
    await tokens.verify(token, 1_500_000);
    expect(tokens.remembered(token, 1_999_999)).toEqual(claims);
    expect(tokens.remembered(token, 2_000_000)).toBeUndefined();
    const forged = await new BearerTokens(newTokenKey()).sign(claims, times);
    await tokens.verify(forged, 1_500_000);
    expect(tokens.remembered(forged, 1_500_000)).toBeUndefined();
  });

  it('of another key, changed, unsigned or no token at all say nothing', async () => {
    const tokens = new BearerTokens(newTokenKey());
    const token = await tokens.sign(claims, times);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const symmetric = await new SignJWT({ account: claims.accountUin })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(claims.uin)
      .sign(new Uint8Array(32));
    for (const bad of [
      await new BearerTokens(newTokenKey()).sign(claims, times),
      `${header}.${payload}.${signature.slice(2)}`,
      `${header}.${Buffer.from('{"sub":"1"}').toString('base64url')}.${signature}`,
      `${none}.${payload}.`,
      symmetric,
      '',
      'root',
    ]) {
      expect(await tokens.verify(bad, 1_500_000)).toBeUndefined();
    }
  });
});

describe('session tokens', () => {
  it('say what they were signed with until they end, and pass for bearer tokens as little as these for them', async () => {
    const tokens = new BearerTokens(newTokenKey());
    const [bearer, session] = [await tokens.sign(claims, times), await tokens.signSession(claims, times)];
    expect(await tokens.verifySession(session, 1_999_999)).toEqual(claims);
    expect(await tokens.verifySession(session, 2_000_000)).toBeUndefined();
    expect(await tokens.verifySession(bearer, 1_500_000)).toBeUndefined();
    expect(await tokens.verify(session, 1_500_000)).toBeUndefined();
    expect(tokens.remembered(session, 1_500_000)).toBeUndefined();
  });
});
