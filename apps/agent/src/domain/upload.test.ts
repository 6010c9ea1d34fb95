import { expect, it } from 'vitest';
import { answerInWords, failureInWords, mayPass, uploadLimitMs } from './upload.ts';

it.each([
  ['what is left of the timeout', { timeoutSeconds: 60, runningMs: 15_000, killed: false }, 45_000],
  ['a moment when little is left', { timeoutSeconds: 60, runningMs: 59_000, killed: false }, 10_000],
  ['a moment when the timeout is over', { timeoutSeconds: 60, runningMs: 61_000, killed: false }, 10_000],
  ['a moment when the machine restarted', { timeoutSeconds: 60, runningMs: undefined, killed: false }, 10_000],
  ['a moment when the script was killed', { timeoutSeconds: 3_600, runningMs: 5, killed: true }, 10_000],
])('gives an upload %s', (_, run, ms) => {
  expect(uploadLimitMs(run)).toBe(ms);
});

const SECRET = '0123456789abcdef0123456789abcdef';
it.each([
  [403, '<Error><Code>AccessDenied</Code></Error>', 'the storage answered 403 AccessDenied'],
  [
    403,
    `<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>${SECRET}</Message><SignatureProvided>${SECRET}</SignatureProvided></Error>`,
    'the storage answered 403 SignatureDoesNotMatch',
  ],
  [502, '<html>', 'the storage answered 502'],
  [500, `<Code>${SECRET} and more</Code>`, 'the storage answered 500'],
  [307, '', 'the storage answered 307'],
])('repeats of an answer %s nothing but its code', (status, body, words) => {
  expect(answerInWords({ status, body })).toBe(words);
});

it('names the host and the fault when there is no answer', () => {
  expect(failureInWords('h:1', 'ECONNREFUSED')).toBe('the storage h:1 could not be reached: connection refused');
  expect(failureInWords('h', 'CERT_HAS_EXPIRED')).toBe('the storage h could not be reached: CERT_HAS_EXPIRED');
  expect(failureInWords('h', undefined)).toBe('the storage h could not be reached: unknown fault');
});

it('tries again what may pass', () => {
  const passing = [200, 301, 400, 403, 404, 408, 429, 500, 503].filter((status) => mayPass({ status, body: '' }));
  expect(passing).toEqual([408, 429, 500, 503]);
});
