import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const read = async (credential = 'root') => (await fixture.as(credential).describeSessionSettings({})).settings;
const modify = async (settings: object, credential = 'root') =>
  (await fixture.as(credential).modifySessionSettings({ settings })).settings;

const defaults = {
  ...{ recordOutput: true, recordInput: false, recordingDays: 90 },
  ...{ recordingMegabytes: 10_240, idleSeconds: 900, longestSeconds: 43_200 },
};

describe('the settings of an account', () => {
  it('are the defaults until somebody changes them, one by one', async () => {
    expect(await read()).toMatchObject(defaults);
    expect(await modify({ recordOutput: false })).toMatchObject({ ...defaults, recordOutput: false });
    expect(await modify({ recordingDays: 7, recordInput: true })).toMatchObject({
      ...{ ...defaults, recordOutput: false, recordingDays: 7, recordInput: true },
    });
    expect(await modify({ recordOutput: true })).toMatchObject({ recordOutput: true, recordingDays: 7 });
    expect(await read('root@100000000002')).toMatchObject(defaults);
  });

  it('are read and changed with actions of their own', async () => {
    fixture.iam.decide = (action) => action !== 'tat:ModifySessionSettings';
    await read('user');
    expect((await refusalOf(modify({ recordOutput: false }, 'user'))).reason).toBe(
      'UnauthorizedOperation.CamAuthFailed',
    );
    expect(await read()).toMatchObject(defaults);
  });

  it.each([
    [{}, 'MissingParameter'],
    [{ recordingDays: 0 }, 'InvalidParameterValue.Range'],
    [{ recordingDays: 3_651 }, 'InvalidParameterValue.Range'],
    [{ recordingMegabytes: 1_048_577 }, 'InvalidParameterValue.Range'],
    [{ idleSeconds: 59 }, 'InvalidParameterValue.Range'],
    [{ longestSeconds: 604_801 }, 'InvalidParameterValue.Range'],
  ])('refuse %j with %s', async (settings, reason) => {
    expect((await refusalOf(modify(settings))).reason).toBe(reason);
    expect(await read()).toMatchObject(defaults);
  });
});
