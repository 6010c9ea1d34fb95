import { createHash, randomBytes } from 'node:crypto';
import { OUTPUT_WINDOW, ReceiveWindow } from '@muster/terminal';
import { eventually } from '@muster/testkit';
import { describe, expect, it } from 'vitest';
import { onLinux, Service } from './shell.test-support.ts';

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\r\n`).join('');

describe.runIf(onLinux)('a shell behind a wire that loses messages', () => {
  it('prints every byte once and in order, and says how it ended until it is told that this is known', async () => {
    const service = new Service("seq -f 'line %g' 30000; exit 4");
    service.lossy = 7;
    service.attach();
    await expect.poll(() => service.exits.length).toBeGreaterThan(1);
    await expect.poll(() => service.text.length).toBe(lines(30_000).length);
    expect(service.text).toBe(lines(30_000));
    expect(service.exits[0]).toMatchObject({ value: { exitCode: 4, outputEnd: BigInt(service.text.length) } });
    service.lossy = 0;
    service.send({ case: 'end', value: { reason: '' } });
    await service.shell.over;
  });

  it('is typed every byte once and in order', async () => {
    const typed = randomBytes(100_000);
    const service = new Service('stty raw -echo; echo ready; head -c 100000 | sha256sum');
    service.attach();
    await expect.poll(() => service.text).toContain('ready');
    service.lossy = 9;
    for (let at = 0; at < typed.length; ) {
      await eventually('room', () => service.input.room > 0);
      const length = Math.min(service.input.room, typed.length - at);
      service.type(typed.subarray(at, at + length));
      at += length;
    }
    const hash = createHash('sha256').update(typed).digest('hex');
    await expect.poll(() => service.text).toContain(hash);
  });
});

describe.runIf(onLinux)('a shell whose connection is cut', () => {
  it('waits with a flood, goes on at the byte where it was, and is interrupted at once', async () => {
    const service = new Service('trap "echo stopped; exit" INT; while :; do echo yes yes yes yes yes yes; done');
    service.attach();
    await expect.poll(() => service.text.length).toBeGreaterThan(1_000);
    service.wire = 'cut';
    const behind = () => Number(service.shell.held.outputEnd) - service.acknowledged;
    await expect.poll(behind).toBeGreaterThanOrEqual(OUTPUT_WINDOW);
    const end = service.shell.held.outputEnd!;
    // another shell begins, prints and ends meanwhile
    const other = new Service('seq 20000');
    other.attach();
    await expect.poll(() => other.exits.length).toBeGreaterThan(0);
    expect(service.shell.held.outputEnd).toBe(end);
    expect(Number(end) - service.output.next).toBeLessThan(2 * OUTPUT_WINDOW);

    service.wire = 'whole';
    service.attach();
    service.type(Buffer.from('\u0003'));
    await expect.poll(() => service.text).toContain('stopped');
    // with an interrupt the terminal drops what it still holds, so one line may be cut
    const printed = service.text.split('\r\n').slice(0, -3);
    expect(new Set(printed)).toEqual(new Set(['yes yes yes yes yes yes']));
  });

  it('gives a client that lost its screen what it keeps, from the start', async () => {
    const service = new Service("seq -f 'line %g' 500; cat");
    service.attach();
    await expect.poll(() => service.text).toBe(lines(500));
    service.output = new ReceiveWindow({ window: OUTPUT_WINDOW });
    service.printed.length = 0;
    service.attach();
    await expect.poll(() => service.text).toBe(lines(500));
  });

  it('F53: ends when the service is not heard for too long, with its whole tree', async () => {
    let killed = 0;
    const service = new Service('sleep 1000', {
      silentMs: 300,
      killTree: async () => {
        killed++;
      },
    });
    await service.shell.over;
    expect(killed).toBe(1);
  });

  it('ends after its longest time, however busy', async () => {
    const service = new Service('cat', { longestMs: 300 });
    service.attach();
    await expect.poll(() => service.exits.length).toBeGreaterThan(0);
    expect(service.exits[0]).toMatchObject({ value: { exitCode: -1, signal: 'SIGHUP' } });
  });
});

describe.runIf(onLinux)('what a shell does not take', () => {
  it('T16: input of an earlier turn, and messages that it had already', async () => {
    const service = new Service('stty -echo; echo ready; cat');
    service.attach();
    await expect.poll(() => service.text).toContain('ready');
    service.attach();
    service.send({ case: 'input', value: { turn: 1, offset: 0n, bytes: Buffer.from('half-dead\n') } });
    const message = service.send({ case: 'input', value: { turn: 2, offset: 0n, bytes: Buffer.from('once\n') } });
    await expect.poll(() => service.text).toContain('once');
    service.shell.receive(message);
    expect(service.shell.held).toMatchObject({ turn: 2, inputNext: 5n });
    service.send({ case: 'input', value: { turn: 2, offset: 5n, bytes: Buffer.from('last\n') } });
    await expect.poll(() => service.text).toContain('last');
    expect(service.text).toBe('ready\r\nonce\r\nlast\r\n');
    expect(service.shell.held).toMatchObject({ turn: 2, inputNext: 10n });
  });
});
