import { describe, expect, it } from 'vitest';
import { checkOutputCosBucketUrl, checkOutputCosKeyPrefix } from './index.ts';
import { refusalOf } from './refusal-of.test-support.ts';

describe('OutputCOSBucketUrl', () => {
  it.each([
    'https://logs-1250000000.cos.ap-guangzhou.myqcloud.com',
    'https://my-logs-1250000000.cos.ap-guangzhou.myqcloud.com/',
    'https://minio.example.com/bucket',
    'https://minio.example.com:9000/my.bucket-1/',
    'https://bucket.s3.eu-central-1.amazonaws.com',
    'http://localhost:9000/bucket',
    'http://127.0.0.1:9000/bucket',
    'http://127.8.9.10/bucket',
    'http://[::1]:9000/bucket',
    `https://minio.example.com/${'b'.repeat(63)}`,
  ])('accepts %s', (url) => {
    expect(checkOutputCosBucketUrl(url)).toBe(url);
  });

  it('is nowhere when not given', () => {
    expect(checkOutputCosBucketUrl(undefined)).toBe('');
    expect(checkOutputCosBucketUrl('')).toBe('');
  });

  it.each([
    'logs-1250000000.cos.ap-guangzhou.myqcloud.com',
    'ftp://logs-1250000000.cos.ap-guangzhou.myqcloud.com',
    'HTTPS://minio.example.com/bucket',
    'http://minio.example.com/bucket',
    'http://127.0.0.1.example.com/bucket',
    'http://logs-1250000000.cos.ap-guangzhou.myqcloud.com',
    'https://logs.cos.ap-guangzhou.myqcloud.com',
    'https://logs-1250000000.cos.ap-guangzhou.myqcloud.com/folder',
    'https://myqcloud.com.myqcloud.com',
    'https:minio.example.com/bucket',
    'https:///bucket',
    'https://',
    'https://minio.example.com/two/folders',
    'https://minio.example.com/Bucket',
    'https://minio.example.com/ab',
    `https://minio.example.com/${'b'.repeat(64)}`,
    'https://minio.example.com/../bucket/..',
    'https://user:secret@minio.example.com/bucket',
    'https://minio.example.com/bucket?',
    'https://minio.example.com/bucket#a',
    'https://minio.example.com/buc ket',
    'https://minio.example.com/buc\nket',
    'https://minio.example.com\\bucket',
    'https://[nonsense/bucket',
    `https://minio.example.com/${'b'.repeat(2048)}`,
    'http://169.254.169.254/latest',
    'http://[::]/bucket',
    'http://[::ffff:169.254.169.254]/bucket',
    'http://2852039166/bucket',
    'http://0xa9fea9fe/bucket',
    'http://0/bucket',
    'file:///etc/passwd',
    'gopher://127.0.0.1/bucket',
  ])('T13: refuses %s', (url) => {
    expect(refusalOf(() => checkOutputCosBucketUrl(url))).toMatchObject({
      reason: 'InvalidParameterValue.InvalidOutputCOSBucketUrl',
      details: { field: 'OutputCOSBucketUrl' },
    });
  });
});

describe('OutputCOSKeyPrefix', () => {
  it.each(['', 'logs', 'logs/daily', 'logs/', '日志/每日', '..a/b..', 'a-_.!@#$%', 'x'.repeat(60), '中'.repeat(60)])(
    'accepts %j',
    (prefix) => {
      expect(checkOutputCosKeyPrefix(prefix)).toBe(prefix);
    },
  );

  it('is the bucket itself when not given', () => {
    expect(checkOutputCosKeyPrefix(undefined)).toBe('');
  });

  it.each([
    'x'.repeat(61),
    '中'.repeat(61),
    '/logs',
    '/',
    'a//b',
    'a//',
    '..',
    'a/..',
    'a/../b',
    './a',
    'a b',
    'a\n',
    'a\0',
    'a\u200b',
    'a\u2028',
  ])('refuses %j', (prefix) => {
    expect(refusalOf(() => checkOutputCosKeyPrefix(prefix))).toMatchObject({
      reason: 'InvalidParameterValue.InvalidOutputCOSKeyPrefix',
      details: { field: 'OutputCOSKeyPrefix' },
    });
  });
});
