import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const DENIED = { kind: 'denied', reason: 'UnauthorizedOperation.CamAuthFailed' };

describe('GetUser', () => {
  it('shows a user to whom a policy names it', async () => {
    const [ann, bob] = [await fixture.user(), await fixture.user()];
    const reader = await fixture.user([allow('cam:GetUser', `qcs::cam::uin/${ROOT_UIN}:uin/${ann.uin}`)]);
    const iam = fixture.iam(reader.token);
    expect((await iam.getUser({ name: ann.name })).user).toMatchObject({ uin: ann.uin });
    expect(await refusalOf(iam.getUser({ name: bob.name }))).toMatchObject(DENIED);
  });

  it('does not tell a free name from a taken one to whom it shows neither', async () => {
    const taken = await fixture.user();
    const iam = fixture.iam((await fixture.user()).token);
    expect(await refusalOf(iam.getUser({ name: taken.name }))).toMatchObject(DENIED);
    expect(await refusalOf(iam.getUser({ name: 'free' }))).toMatchObject(DENIED);
  });

  it.each([
    ['ResourceNotFound.UserNotExist', 'free'],
    ['ResourceNotFound.UserNotExist', 'root'],
    ['MissingParameter', ''],
  ])('refuses with %s the name %j', async (reason, name) => {
    expect((await refusalOf(fixture.iam().getUser({ name }))).reason).toBe(reason);
  });
});
