import { createPublicKey, verify } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { TaskOrderSchema } from '@muster/contract';
import { tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { openTaskSigner } from './task-signer.ts';

it('makes its key once, for nobody else to read, and signs exactly the bytes it sends', async () => {
  using folder = tempDirectory();
  const file = join(folder.path, 'new', 'task-signing.pem');
  const signer = await openTaskSigner(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await openTaskSigner(file);
  expect(again.keyId).toBe(signer.keyId);
  expect(again.publicKey).toEqual(signer.publicKey);

  const { order, signature, keyId } = again.sign({ invocationTaskId: 'invt-00000001', epoch: 3n });
  expect(keyId).toBe(signer.keyId);
  expect(fromBinary(TaskOrderSchema, order!)).toMatchObject({ invocationTaskId: 'invt-00000001', epoch: 3n });
  const x = Buffer.from(signer.publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  expect(verify(null, order!, key, signature!)).toBe(true);
  expect(verify(null, Buffer.concat([order!, Buffer.of(0)]), key, signature!)).toBe(false);
});
