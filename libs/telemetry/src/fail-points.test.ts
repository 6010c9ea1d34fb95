import { afterEach, describe, expect, it } from 'vitest';
import { armFailPoints, failPoint, failPoints } from './fail-points.ts';

afterEach(() => armFailPoints(''));

describe('a fail point', () => {
  it('is nothing unless it is named', async () => {
    armFailPoints('result.before-commit:error');
    await expect(failPoint('result.after-commit')).resolves.toBeUndefined();
  });

  it('acts once, at the passing that was asked for', async () => {
    armFailPoints('result.before-commit:error:2');
    await expect(failPoint('result.before-commit')).resolves.toBeUndefined();
    await expect(failPoint('result.before-commit')).rejects.toThrow('fail point result.before-commit');
    await expect(failPoint('result.before-commit')).resolves.toBeUndefined();
  });

  it('may wait', async () => {
    armFailPoints('run.after-commit:sleep=1,run.mid-insert:kill');
    await expect(failPoint('run.after-commit')).resolves.toBeUndefined();
  });
});

it.each([
  ['', true],
  ['run.after-commit:kill', true],
  ['run.after-commit:kill:3,outbox.after-publish:sleep=250', true],
  ['run.after-commit', false],
  ['run.after-commit:stop', false],
  ['no.such-point:kill', false],
])('of the setting `%s` it says %s', (given, good) => {
  expect(failPoints().safeParse(given).success).toBe(good);
});
