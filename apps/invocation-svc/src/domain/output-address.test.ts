import { describe, expect, it } from 'vitest';
import { outputAddress, signedSeconds, signingRegion } from './output-address.ts';

describe('the region that a bucket is signed for', () => {
  const region = 'ap-guangzhou';
  it.each([
    ['COS', 'https://logs-125.cos.ap-beijing.myqcloud.com', undefined, 'ap-beijing'],
    ['COS with a slash', 'https://logs-125.cos.ap-beijing.myqcloud.com/', undefined, 'ap-beijing'],
    ['COS at another port', 'https://logs-125.cos.ap-beijing.myqcloud.com:8443', undefined, undefined],
    ['COS without TLS', 'http://logs-125.cos.ap-beijing.myqcloud.com', undefined, undefined],
    ['a host that ends like COS', 'https://a.cos.b.myqcloud.com.example.com', undefined, undefined],
    ['a host that begins like COS', 'https://example.com/a.cos.b.myqcloud.com', undefined, undefined],
    ['another host, where COS is the storage', 'https://minio.example.com/bucket', undefined, undefined],
    [
      'COS, where another storage is',
      'https://logs-125.cos.ap-beijing.myqcloud.com',
      'https://minio.example.com',
      undefined,
    ],
    ['the bucket as path', 'https://minio.example.com/bucket', 'https://minio.example.com', region],
    ['the bucket as path, with a slash', 'https://minio.example.com/bucket/', 'https://minio.example.com/', region],
    ['the bucket in the host', 'https://bucket.minio.example.com', 'https://minio.example.com', region],
    ['the host in capitals', 'https://MinIO.example.com/bucket', 'https://minio.example.com', region],
    ['no bucket', 'https://minio.example.com/', 'https://minio.example.com', undefined],
    ['two buckets', 'https://bucket.minio.example.com/bucket', 'https://minio.example.com', undefined],
    ['a host with the same end', 'https://evilminio.example.com/bucket', 'https://minio.example.com', undefined],
    ['another port', 'https://minio.example.com:9000/bucket', 'https://minio.example.com', undefined],
    ['the same port', 'https://minio.example.com:9000/bucket', 'https://minio.example.com:9000', region],
    ['the port that goes without saying', 'https://minio.example.com:443/bucket', 'https://minio.example.com', region],
    ['no TLS where there is some', 'http://127.0.0.1/bucket', 'https://127.0.0.1', undefined],
    ['the machine itself', 'http://127.0.0.1:9000/bucket', 'http://127.0.0.1:9000', region],
  ])('%s', (_, bucketUrl, endpoint, expected) => {
    expect(signingRegion(bucketUrl, { endpoint: endpoint ? new URL(endpoint) : undefined, region })).toBe(expected);
  });
});

describe('the address of an output', () => {
  const ids = { invocationId: 'inv-1', invocationTaskId: 'invt-1' };
  it.each([
    ['https://b-1.cos.r.myqcloud.com', '', 'https://b-1.cos.r.myqcloud.com/inv-1/invt-1.log'],
    ['https://b-1.cos.r.myqcloud.com/', '', 'https://b-1.cos.r.myqcloud.com/inv-1/invt-1.log'],
    ['https://b-1.cos.r.myqcloud.com', 'a/b', 'https://b-1.cos.r.myqcloud.com/a/b/inv-1/invt-1.log'],
    ['https://s3.example.com/bucket', 'a/b/', 'https://s3.example.com/bucket/a/b/inv-1/invt-1.log'],
    ['https://s3.example.com/bucket/', 'a+b%', 'https://s3.example.com/bucket/a%2Bb%25/inv-1/invt-1.log'],
    ['https://s3.example.com/bucket', '?#(', 'https://s3.example.com/bucket/%3F%23%28/inv-1/invt-1.log'],
  ])('in %s with the prefix `%s`', (bucketUrl, keyPrefix, expected) => {
    expect(outputAddress({ ...ids, bucketUrl, keyPrefix })).toBe(expected);
  });
});

it.each([
  ['starts within a minute and runs for one', { deadlineAt: 60_000, timeout: 60 }, 60 + 60 + 3_600],
  ['is past its deadline', { deadlineAt: -1, timeout: 60 }, 60 + 3_600],
  ['may wait for a month', { deadlineAt: 30 * 86_400_000, timeout: 86_400 }, 7 * 86_400],
])('signs long enough for a task that %s', (_, task, seconds) => {
  expect(signedSeconds(task, 0)).toBe(seconds);
});
