import { notFound } from '@muster/kernel';
import type { ObjectStorage } from '../src/object-storage.ts';

/** What the storage says there is not. */
export const MISSING_BUCKET = 'https://missing-1250000000.cos.ap-guangzhou.myqcloud.com';

/** Has every other bucket, and no address that a machine could put anything at. */
export const fakeObjectStorage: ObjectStorage = {
  limitBytes: 1 << 20,
  async requireBucket(bucketUrl) {
    if (bucketUrl === MISSING_BUCKET) throw notFound('ResourceNotFound.CosBucketNotFoundCode', 'bucket', bucketUrl);
  },
  upload: async ({ invocationTaskId }) => ({ putUrl: '', outputUrl: `https://storage.example/${invocationTaskId}` }),
};
