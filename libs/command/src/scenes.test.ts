import { describe, expect, it } from 'vitest';
import { checkSceneId, checkSceneName, sceneFromFile } from './index.ts';
import { refusalOf } from './refusal-of.test-support.ts';

describe('a scene', () => {
  it('has an id and a name in two languages', () => {
    expect(sceneFromFile('id: sc-diskuse1\nname: {en: Disk, zh: 磁盘}')).toEqual({
      sceneId: 'sc-diskuse1',
      name: { en: 'Disk', zh: '磁盘' },
    });
  });

  it.each([
    ['name: {en: Disk, zh: 磁盘}', 'id is required', 'MissingParameter'],
    ['id: sc-1\nname: {en: Disk, zh: 磁盘}', 'id must be `sc-`', 'InvalidParameterValue.InvalidSceneId'],
    ['id: sc-diskuse1', 'name is required', 'MissingParameter'],
    ['id: sc-diskuse1\nname: {en: Disk}', 'name.zh is required', 'MissingParameter'],
    ['id: sc-diskuse1\nname: {en: Disk, zh: ""}', 'name.zh must be 1 to 60', 'InvalidParameterValue.InvalidSceneName'],
    ['id: sc-diskuse1\nname: {en: Disk, zh: 磁盘}\nicon: a', 'icon is no key', 'InvalidParameterValue'],
  ])('is not %j', (yaml, message, reason) => {
    const refusal = refusalOf(() => sceneFromFile(yaml));
    expect(refusal.message).toContain(message);
    expect(refusal.reason).toBe(reason);
  });

  it.each(['x', '磁盘', '😀'.repeat(60)])('may be called %s', (name) => {
    expect(checkSceneName(name, 'SceneName')).toBe(name);
  });

  it.each(['', 'x'.repeat(61), 'a\nb'])('may not be called %j', (name) => {
    expect(refusalOf(() => checkSceneName(name, 'SceneName')).reason).toBe('InvalidParameterValue.InvalidSceneName');
  });

  it.each(['', 'sc-', 'sc-1234567', 'cmd-12345678', 'sc-1234567A'])('has no id %j', (id) => {
    expect(refusalOf(() => checkSceneId(id, 'SceneIds'))).toMatchObject({
      reason: 'InvalidParameterValue.InvalidSceneId',
      details: { field: 'SceneIds' },
    });
  });
});
