import type { MessageInitShape } from '@bufbuild/protobuf';
import { CreatedBy, type DescribeScenesRequestSchema } from '@muster/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

type Request = MessageInitShape<typeof DescribeScenesRequestSchema>;

const sceneId = (index: number) => `sc-${String(index).padStart(8, '0')}`;

let fixture: Fixture;
beforeAll(async () => {
  const folders = Array.from({ length: 21 }, (_, index) => [
    `s${index}/scene.yaml`,
    `id: ${sceneId(index)}\nname: {en: Scene ${index}, zh: 场景 ${index}}`,
  ]);
  fixture = await startFixture({}, Object.fromEntries(folders));
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() => {
  fixture.iam.decide = () => true;
});

const list = (request: Request) => fixture.as('user').describeScenes(request);
const filter = (name: string, ...values: string[]) => ({ name, values });
const many = <T>(count: number, of: T): T[] => Array.from({ length: count }, () => of);

describe('DescribeScenes', () => {
  it('says what a scene is called and since when it is there', async () => {
    const time = { seconds: BigInt(fixture.clock.ms / 1_000) };
    expect(await list({ sceneIds: [sceneId(3)] })).toMatchObject({
      totalCount: 1,
      sceneSet: [
        {
          sceneId: sceneId(3),
          sceneName: 'Scene 3',
          sceneNameZh: '场景 3',
          createdBy: CreatedBy.TAT,
          createdTime: time,
          updatedTime: time,
        },
      ],
    });
  });

  it.each<[Request, number, number[]]>([
    [{ limit: 1 }, 21, [20]],
    [{ limit: 2, offset: 1 }, 21, [19, 18]],
    [{ limit: 100, offset: 20 }, 21, [0]],
    [{ offset: 21 }, 21, []],
    [{ sceneIds: [sceneId(2), sceneId(5), sceneId(99), sceneId(2)] }, 2, [5, 2]],
    [{ sceneIds: [...many(99, sceneId(2)), sceneId(5)] }, 2, [5, 2]],
    [{ filters: [filter('scene-id', sceneId(2), sceneId(5))] }, 2, [5, 2]],
    [{ filters: [filter('scene-id', ...[1, 2, 3, 4, 5].map(sceneId))] }, 5, [5, 4, 3, 2, 1]],
    [{ filters: [filter('scene-name', 'Scene 2', '场景 5')] }, 2, [5, 2]],
    [{ filters: [filter('scene-name', 'scene 2')] }, 0, []],
    [{ filters: [filter('scene-name', 'Scene 2'), filter('scene-id', sceneId(5))] }, 0, []],
    [{ filters: [filter('created-by', 'TAT'), filter('scene-id', sceneId(5))] }, 1, [5]],
    [{ filters: many(10, filter('scene-id', sceneId(5))) }, 1, [5]],
  ])('answers %.60j with %i', async (request, total, found) => {
    const { totalCount, sceneSet } = await list(request);
    expect(sceneSet.map((scene) => scene.sceneId)).toEqual(found.map(sceneId));
    expect(totalCount).toBe(total);
  });

  it('gives 20 when nobody says how many', async () => {
    expect((await list({})).sceneSet).toHaveLength(20);
  });

  it.each<[Request, string, string]>([
    [
      { sceneIds: [sceneId(1)], filters: [filter('scene-id', sceneId(1))] },
      'InvalidParameter.ConflictParameter',
      'SceneIds',
    ],
    [{ sceneIds: ['sc-1'] }, 'InvalidParameterValue.InvalidSceneId', 'SceneIds'],
    [{ sceneIds: many(101, sceneId(1)) }, 'InvalidParameterValue.LimitExceeded', 'SceneIds'],
    [{ filters: [filter('scene-id', 'cmd-00000001')] }, 'InvalidParameterValue.InvalidSceneId', 'Filters.scene-id'],
    [
      { filters: [filter('scene-name', 'x'.repeat(61))] },
      'InvalidParameterValue.InvalidSceneName',
      'Filters.scene-name',
    ],
    [{ filters: [filter('scene-name', '')] }, 'InvalidParameterValue.InvalidSceneName', 'Filters.scene-name'],
    [{ filters: [filter('created-by', 'USER')] }, 'InvalidParameterValue.InvalidFilter', 'Filters'],
    [{ filters: [filter('command-id', 'a')] }, 'InvalidParameterValue.InvalidFilter', 'Filters'],
    [{ filters: [filter('scene-id')] }, 'InvalidParameterValue.InvalidFilter', 'Filters'],
    [{ filters: [filter('scene-id', ...many(6, sceneId(1)))] }, 'LimitExceeded.FilterValueExceeded', 'Filters'],
    [{ filters: many(11, filter('scene-id', sceneId(1))) }, 'InvalidParameterValue.LimitExceeded', 'Filters'],
    [{ limit: 0 }, 'InvalidParameterValue', 'Limit'],
    [{ limit: 101 }, 'InvalidParameterValue', 'Limit'],
  ])('refuses %.60j with %s', async (request, reason, field) => {
    expect(await refusalOf(list(request))).toMatchObject({ reason, details: { field } });
  });

  it('is decided on `*`', async () => {
    fixture.iam.decide = (action, resource) => !(action === 'tat:DescribeScenes' && resource === '*');
    expect((await refusalOf(list({}))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  });
});
