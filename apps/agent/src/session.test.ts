import { create } from '@bufbuild/protobuf';
import type { Bus } from '@muster/bus';
import { HelloReplySchema } from '@muster/contract';
import { expect, test, vi } from 'vitest';
import { Session } from './session.ts';

const events = { task: () => {}, cancel: () => {}, fin: () => {}, unreadable: () => {} };

test('leaves no heartbeat behind when the connection goes right after the hello was answered', async () => {
  vi.useFakeTimers();
  try {
    const publish = vi.fn();
    const bus = {
      connected: true,
      publish,
      request: async () => create(HelloReplySchema, { epoch: 1n, heartbeatSeconds: 1 }),
      subscribeRaw: () => ({ unsubscribe: () => {} }),
      flush: () => Promise.reject(new Error('closed')),
    } as unknown as Bus;
    const opening = Session.open(bus, {}, { instanceId: 'ins-12345678', events });
    await expect(opening).rejects.toThrow('closed');
    vi.advanceTimersByTime(10_000);
    expect(publish).not.toHaveBeenCalled();
  } finally {
    vi.useRealTimers();
  }
});
