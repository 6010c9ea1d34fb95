import { OutputStream } from '@muster/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunLog } from './run-log.ts';
import { LONGEST_PIECE, MOST_LINES, TaskLog } from './task-log.ts';

const { STDOUT, STDERR } = OutputStream;
const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (log: TaskLog) => log.lines.map((line) => line.text);

describe('a log', () => {
  it('keeps both streams apart and lines in the order they began', () => {
    const log = new TaskLog('invt-a');
    log.append(STDOUT, 0, bytes('one\ntw'));
    log.append(STDERR, 0, bytes('bad\n'));
    log.append(STDOUT, 6, bytes('o\nthree'));
    expect(log.lines.map(({ stream, number, text }) => [stream, number, text])).toEqual([
      [STDOUT, 1, 'one'],
      [STDOUT, 2, 'two'],
      [STDERR, 3, 'bad'],
      [STDOUT, 4, 'three'],
    ]);
  });

  it('shows the same, however the bytes are cut', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '😀', '\n', '\r', '\r\n', '\u001b[31m', 'x'.repeat(700)));
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 40 })), (parts, cuts) => {
        const all = bytes(parts.join(''));
        const whole = new TaskLog('t');
        whole.append(STDOUT, 0, all);
        const pieces = new TaskLog('t');
        let at = 0;
        for (const cut of [...cuts, all.length]) {
          pieces.append(STDOUT, at, all.slice(at, at + cut));
          at = pieces.offset(STDOUT);
        }
        expect(texts(pieces)).toEqual(texts(whole));
        expect(pieces.offset(STDOUT)).toBe(all.length);
      }),
    );
  });

  it('skips what it has and refuses what would leave a gap', () => {
    const log = new TaskLog('t');
    log.append(STDOUT, 0, bytes('abc'));
    expect(log.append(STDOUT, 1, bytes('bcd'))).not.toBe(false);
    expect(log.append(STDOUT, 9, bytes('z'))).toBe(false);
    expect(texts(log)).toEqual(['abcd']);
    expect(log.offset(STDOUT)).toBe(4);
  });

  it('cuts a line without an end into pieces', () => {
    const log = new TaskLog('t');
    log.append(STDOUT, 0, bytes('x'.repeat(100_000)));
    expect(log.lines).toHaveLength(100_000 / LONGEST_PIECE);
    expect(log.lines[1]).toMatchObject({ number: 1, continued: true });
  });

  it('lets the oldest lines go', () => {
    const log = new TaskLog('t');
    log.append(STDOUT, 0, bytes('y\n'.repeat(MOST_LINES + 7)));
    expect(log.lines).toHaveLength(MOST_LINES);
    expect(log.dropped).toBe(7);
  });
});

it('tells a broken watch where every task stopped', () => {
  const log = new RunLog();
  log.append({ invocationTaskId: 'a', stream: STDOUT, offset: 0, data: bytes('12345\n') });
  log.append({ invocationTaskId: 'b', stream: STDERR, offset: 0, data: bytes('é') });
  expect(log.append({ invocationTaskId: 'b', stream: STDERR, offset: 5, data: bytes('!') })).toBe(false);
  expect(log.cursors()).toEqual([
    { invocationTaskId: 'a', stdoutOffset: 6, stderrOffset: 0 },
    { invocationTaskId: 'b', stdoutOffset: 0, stderrOffset: 2 },
  ]);
  expect(log.merged.map((line) => [line.taskId, line.text])).toEqual([
    ['a', '12345'],
    ['b', 'é'],
  ]);
});
