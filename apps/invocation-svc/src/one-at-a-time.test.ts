import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

/** Work that a test lets end. */
function scripted() {
  const begun: { key: string; end: (error?: Error) => void }[] = [];
  const run = oneAtATime((key) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    begun.push({ key, end: (error) => (error ? reject(error) : resolve()) });
    return promise;
  });
  return { begun, run };
}

it('begins at once where nothing runs, for each key', async () => {
  const { begun, run } = scripted();
  const both = [run('a'), run('b')];
  expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
  for (const { end } of begun) end();
  await Promise.all(both);
});

it('lets all who come meanwhile share one more run, which begins after the first', async () => {
  const { begun, run } = scripted();
  const first = run('a');
  const later = [run('a'), run('a'), run('a')];
  expect(begun).toHaveLength(1);
  begun[0]!.end();
  await first;
  await expect.poll(() => begun.length).toBe(2);
  const afterwards = run('a');
  begun[1]!.end();
  await Promise.all(later);
  await expect.poll(() => begun.length).toBe(3);
  begun[2]!.end();
  await afterwards;
});

it('tells a failure to those who asked for that run, and goes on', async () => {
  const { begun, run } = scripted();
  const first = run('a');
  const second = run('a');
  begun[0]!.end(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await expect.poll(() => begun.length).toBe(2);
  begun[1]!.end();
  await second;
});
