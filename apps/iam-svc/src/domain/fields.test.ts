import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../tests/fixture.ts';
import {
  checkContact,
  checkKeyDescription,
  checkPage,
  checkPolicyDescription,
  checkPolicyName,
  checkRemark,
  checkSlice,
  checkUserName,
  nameHolds,
  requireGiven,
  WHOLE_LIST,
} from './fields.ts';
import { checkNewPassword, checkPassword } from './password.ts';

const refusal = (work: () => unknown) => refusalOf(Promise.resolve().then(work));

describe('names', () => {
  it.each(['a', 'x'.repeat(64), 'Ops+Team=1,a.b@c_d-e'])('takes the user name %j', (name) => {
    expect(checkUserName(name)).toBe(name);
  });
  it.each([
    ['', 'was ``'],
    ['x'.repeat(65), 'had 65'],
    ['a b', 'was `a b`'],
    ['a\n', 'A-Z a-z 0-9'],
    ['王', 'was `王`'],
    ['root', 'must not be `root`'],
  ])('refuses the user name %j', async (name, message) => {
    expect(await refusal(() => checkUserName(name))).toMatchObject({
      reason: 'InvalidParameter.ParamError',
      message: expect.stringContaining(message),
      details: { field: 'Name' },
    });
  });
  it('lets a policy name have 128 characters and not one more', async () => {
    expect(checkPolicyName('x'.repeat(128))).toHaveLength(128);
    expect(await refusal(() => checkPolicyName('x'.repeat(129)))).toMatchObject({
      reason: 'InvalidParameter.PolicyNameError',
      message: expect.stringContaining('1 to 128 characters'),
    });
  });
});

it('holds a keyword without case; every name holds none', () => {
  expect([nameHolds('Web-1', 'WEB'), nameHolds('Web-1', ''), nameHolds('Web-1', 'db')]).toEqual([true, true, false]);
});

describe('texts', () => {
  it('count characters, and a policy description bytes', async () => {
    expect(checkRemark('😀'.repeat(1_024))).toHaveLength(2_048);
    expect(checkKeyDescription('x'.repeat(1_024))).toHaveLength(1_024);
    expect(checkPolicyDescription('说'.repeat(100))).toHaveLength(100);
    for (const work of [() => checkRemark('x'.repeat(1_025)), () => checkKeyDescription('x'.repeat(1_025))]) {
      expect((await refusal(work)).message).toContain('at most 1024 characters, had 1025');
    }
    expect(await refusal(() => checkPolicyDescription(`${'说'.repeat(100)}x`))).toMatchObject({
      reason: 'InvalidParameter.DescriptionLengthOverlimit',
      message: 'Description must be at most 300 bytes, had 301',
    });
  });

  it('that must be given are neither empty nor 0', async () => {
    expect(requireGiven('AttachUin', '7')).toBe('7');
    for (const nothing of ['', '0']) {
      expect(await refusal(() => requireGiven('AttachUin', nothing))).toMatchObject({ reason: 'MissingParameter' });
    }
  });
});

describe('contacts', () => {
  it.each([
    { phoneNum: '', countryCode: '', email: '' },
    { phoneNum: '1'.repeat(32), countryCode: '86', email: 'a+b@example.com' },
    { phoneNum: '13800138000', countryCode: '1'.repeat(8), email: `${'x'.repeat(242)}@example.com` },
  ])('are taken %o', (contact) => expect(checkContact(contact)).toEqual(contact));

  it.each([
    ['PhoneNum', { phoneNum: '1'.repeat(33) }],
    ['PhoneNum', { phoneNum: '138 0013' }],
    ['CountryCode', { countryCode: '+86' }],
    ['CountryCode', { countryCode: '1'.repeat(9) }],
    ['Email', { email: `${'x'.repeat(243)}@example.com` }],
    ['Email', { email: 'ann' }],
    ['Email', { email: '@example.com' }],
    ['Email', { email: 'a@b@c' }],
    ['Email', { email: 'a@b\nBcc: c' }],
  ])('are refused for their %s %o', async (field, contact) => {
    const given = { phoneNum: '', countryCode: '', email: '', ...contact };
    expect(await refusal(() => checkContact(given))).toMatchObject({ details: { field } });
  });
});

describe('new passwords', () => {
  it('are others than the old ones, by the same rules', async () => {
    expect(checkNewPassword('Bb2?bbbb', 'Aa1!aaaa')).toBe('Bb2?bbbb');
    for (const [given, message] of [
      ['Aa1!aaaa', 'NewPassword must be another than the old one'],
      ['weak', 'NewPassword must be 8 to 128 characters'],
    ] as const) {
      expect(await refusal(() => checkNewPassword(given, 'Aa1!aaaa'))).toMatchObject({
        reason: 'InvalidParameter.PasswordViolatedRules',
        message: expect.stringContaining(message),
      });
    }
  });
});

describe('pages', () => {
  it('hold 20 items unless they are told otherwise, and 200 at most', async () => {
    expect(checkPage({})).toEqual({ offset: 0, limit: 20 });
    expect(checkPage({ rp: 200, page: 3 })).toEqual({ offset: 400, limit: 200 });
    expect(checkPage({ rp: 1, page: 1 })).toEqual({ offset: 0, limit: 1 });
    expect(checkPage({}, WHOLE_LIST)).toEqual({ offset: 0, limit: Number.MAX_SAFE_INTEGER });
    expect(checkPage({ rp: 1_000, page: 2 }, WHOLE_LIST)).toEqual({ offset: 1_000, limit: 1_000 });
    expect((await refusal(() => checkPage({ rp: 1_001 }, WHOLE_LIST))).reason).toBe('InvalidParameterValue.Range');
    for (const page of [{ rp: 0 }, { rp: 201 }, { page: 0 }]) {
      expect((await refusal(() => checkPage(page))).reason).toBe('InvalidParameterValue.Range');
    }
  });
});

describe('slices', () => {
  it('are pages for whoever counts pages, and otherwise a count and how many are passed over', async () => {
    expect(checkSlice({ rp: 10, page: 2 })).toEqual({ offset: 10, limit: 10 });
    expect(checkSlice({ limit: 5, offset: 7 })).toEqual({ offset: 7, limit: 5 });
    expect(checkSlice({ offset: 7 })).toEqual({ offset: 7, limit: 20 });
    for (const limit of [0, 201]) {
      expect((await refusal(() => checkSlice({ limit }))).reason).toBe('InvalidParameterValue.Range');
    }
    expect((await refusal(() => checkSlice({ limit: 1, page: 1 }))).reason).toBe('InvalidParameter.ParamError');
  });
});

describe('passwords', () => {
  it.each(['Aa1!aaaa', `Aa1!${'x'.repeat(124)}`, 'Pass wörd 1'])('takes %j', (password) => {
    expect(checkPassword(password)).toBe(password);
  });
  it.each([
    ['Aa1!aaa', 'had 7'],
    [`Aa1!${'x'.repeat(125)}`, 'had 129'],
    ['aa1!aaaa', 'lacks upper case'],
    ['AA1!AAAA', 'lacks lower case'],
    ['Aaa!aaaa', 'lacks digit'],
    ['Aa1aaaaa', 'lacks special'],
    ['        ', 'lacks upper case, lower case, digit'],
  ])('refuses %j and does not repeat it', async (password, message) => {
    const { reason, message: said } = await refusal(() => checkPassword(password));
    expect(reason).toBe('InvalidParameter.PasswordViolatedRules');
    expect(said).toContain(message);
    expect(said).not.toContain(password);
  });
});
