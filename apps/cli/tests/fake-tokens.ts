import { createHmac, randomUUID } from 'node:crypto';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import { TokenService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { SECRET_ID, SECRET_KEY, type World } from './world.ts';

/** Plays TokenService: checks the signature with its own arithmetic, one password, one hour. */
export function tokenRoutes(router: ConnectRouter, { tokens }: World): void {
  const grant = () => {
    const token = `token-${randomUUID()}`;
    tokens.add(token);
    return { token, expiredTime: timestampFromMs(Date.now() + 3_600_000) };
  };
  router.service(TokenService, {
    exchangeAccessKey({ secretId, timestamp, nonce, signature }) {
      const date = new Date(Number(timestamp) * 1000).toISOString().slice(0, 10);
      let key = Buffer.from(`TC3${SECRET_KEY}`);
      for (const part of [date, 'sts', 'tc3_request']) key = createHmac('sha256', key).update(part).digest();
      const text = ['muster-exchange', secretId, timestamp, nonce].join('\n');
      const expected = createHmac('sha256', key).update(text).digest('hex');
      if (secretId !== SECRET_ID || signature !== expected || nonce.length < 16) {
        throw new Refusal('unauthenticated', 'AuthFailure.SignatureFailure', 'the signature does not fit');
      }
      return grant();
    },
    login({ userName, password, mfaCode }) {
      if (userName !== 'ana' || password !== 'Correct-1') {
        if (userName !== 'mia')
          throw new Refusal('unauthenticated', 'AuthFailure', 'the name or the password is wrong');
      }
      if (userName === 'mia' && mfaCode !== '123456') {
        throw new Refusal('denied', 'FailedOperation.CheckMFAError', 'the six digits must be given');
      }
      return grant();
    },
    logout(_, { requestHeader }) {
      tokens.delete(requestHeader.get('authorization')!.replace('Bearer ', ''));
      return {};
    },
    assumeRole({ roleArn }) {
      if (roleArn.endsWith('/forbidden')) {
        const message = `you are not authorized to perform operation (sts:AssumeRole) on resource (${roleArn})`;
        const details = { action: 'sts:AssumeRole', resource: roleArn };
        throw new Refusal('denied', 'UnauthorizedOperation.CamAuthFailed', message, details);
      }
      const { token, expiredTime } = grant();
      const signing = { tmpSecretId: 'AKIDtmp', tmpSecretKey: 'shown-once', sessionToken: 'goes-along' };
      return { credentials: { token, ...signing }, expiredTime };
    },
    switchAccount: () => grant(),
    getCallerIdentity: () => ({
      arn: 'qcs::cam::uin/100001:uin/100001',
      accountId: '100001',
      userId: '100001',
      userName: 'root',
      type: 'CAMUser',
      region: 'ap-guangzhou',
    }),
  });
}
