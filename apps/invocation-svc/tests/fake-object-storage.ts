import type { ObjectStorage } from '../src/object-storage.ts';

/** Has every bucket, and no address that a machine could put anything at. */
export const fakeObjectStorage: ObjectStorage = {
  limitBytes: 1 << 20,
  requireBucket: async () => {},
  upload: async ({ invocationTaskId }) => ({ putUrl: '', outputUrl: `https://storage.example/${invocationTaskId}` }),
};
