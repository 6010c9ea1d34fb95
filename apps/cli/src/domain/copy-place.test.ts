import { describe, expect, it } from 'vitest';
import { copyingOf, parsePlace } from './copy-place.ts';

describe('a place', () => {
  it.each([
    ['web-1:/etc/hosts', 'web-1', '/etc/hosts'],
    ['{web,db}-*:a:b', '{web,db}-*', 'a:b'],
    [':/srv', '', '/srv'],
    ['web-1:', 'web-1', '.'],
  ])('`%s` is there', (text, instance, path) => {
    expect(parsePlace(text)).toEqual({ where: 'there', instance, path });
  });

  it.each(['dist', './a:b', '/a:b', '../x:y/z', '.'])('`%s` is here', (path) => {
    expect(parsePlace(path)).toEqual({ where: 'here', path });
  });
});

describe('a copy', () => {
  it('goes to instances, or comes from them', () => {
    expect(copyingOf(['a', 'b', 'web-1:/srv'], false)).toEqual({
      direction: 'put',
      sources: ['a', 'b'],
      destination: '/srv',
      instance: 'web-1',
    });
    expect(copyingOf([':/a', ':/b', 'here'], true)).toEqual({
      direction: 'get',
      sources: ['/a', '/b'],
      destination: 'here',
      instance: undefined,
    });
  });

  it.each([
    [['a'], false, 'a copy needs a source and a destination'],
    [['a', 'b'], false, 'nothing here is on an instance'],
    [['web-1:a', 'web-2:b'], false, 'one side of a copy is on this machine'],
    [['web-1:a', 'web-2:b', 'c'], false, 'the sources are on different instances'],
    [['a', 'web-1:b', 'web-1:c'], false, 'one side of a copy is on this machine'],
    [['a', 'web-1:b'], true, 'instances are named twice'],
    [['a', ':b'], false, 'no instance is named'],
    [['', 'web-1:b'], false, 'a path is empty'],
  ])('%j is none', (texts, chosen, fault) => {
    expect(copyingOf(texts, chosen)).toMatchObject({ fault: expect.stringContaining(fault) });
  });
});
