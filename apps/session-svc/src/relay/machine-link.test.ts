import { verify } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import { SessionMessageSchema, type SignedSessionMessage } from '@muster/contract';
import { signedText } from '@muster/terminal';
import { newKey, Vault } from '@muster/vault';
import { expect, it } from 'vitest';
import { newFrameKey, openFrameKey, sealFrameKey } from './frame-key.ts';
import { MachineLink, SEQUENCE_BLOCK } from './machine-link.ts';

const WORD = { case: 'end', value: { reason: '' } } as const;

/** A link whose numbers end at once, and what went out over it. */
function linkWith(sequence: { next: number; end: number }) {
  const { privateKey } = newFrameKey();
  const sent: { subject: string; sequence: number; genuine: boolean }[] = [];
  const reserved: { end: number; done: () => void; fail: (error: Error) => void }[] = [];
  const link = new MachineLink({
    bus: {
      publish(subject: string, _: unknown, { message, signature }: SignedSessionMessage) {
        const { sequence: number } = fromBinary(SessionMessageSchema, message);
        const genuine = verify(null, signedText('message', message), privateKey, signature);
        sent.push({ subject, sequence: Number(number), genuine });
      },
      publishToListener: () => undefined,
    } as never,
    to: { tenant: 'tenant', instanceId: 'ins-00000001', sessionId: 'ses-00000001' },
    key: privateKey,
    sequence,
    reserve: (end) => new Promise<void>((done, fail) => reserved.push({ end, done, fail })),
  });
  return { link, sent, reserved };
}

it('numbers and signs what it says, and says nothing with a number that is not put aside yet', async () => {
  const { link, sent, reserved } = linkWith({ next: 7, end: 9 });
  for (let count = 0; count < 4; count++) link.say(WORD);
  const subject = 'down.tenant.ins-00000001.session.ses-00000001.message';
  expect(sent).toEqual([7, 8].map((sequence) => ({ subject, sequence, genuine: true })));
  expect(reserved.map(({ end }) => end)).toEqual([9 + SEQUENCE_BLOCK]);
  reserved[0]!.done();
  await new Promise(setImmediate);
  link.say(WORD);
  expect(sent.at(-1)).toMatchObject({ sequence: 9 });
});

it('asks for numbers again when they could not be put aside', async () => {
  const { link, sent, reserved } = linkWith({ next: 1, end: 1 });
  link.say(WORD);
  reserved[0]!.fail(new Error('no store'));
  await new Promise(setImmediate);
  link.say(WORD);
  expect([sent.length, reserved.length]).toEqual([0, 2]);
});

it('opens a stored key for its own session only', () => {
  const vault = new Vault(newKey());
  const key = newFrameKey();
  const sealed = sealFrameKey(key, 'ses-00000001', vault);
  expect(openFrameKey(sealed, 'ses-00000001', vault).publicKey).toEqual(key.publicKey);
  expect(() => openFrameKey(sealed, 'ses-00000002', vault)).toThrow();
});
