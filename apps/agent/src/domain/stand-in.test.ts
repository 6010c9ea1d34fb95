import { expect, it } from 'vitest';
import { placeOf } from './stand-in.ts';

const ana = { name: 'ana', home: '/home/ana' };

it.each([
  ['without a stand-in, whatever is asked', undefined, ['root', '/root'], ['root', '/root']],
  ['root becomes the stand-in, at home', ana, ['root', '/root'], ['ana', '/home/ana']],
  ['a directory that was named stays', ana, ['root', '/srv'], ['ana', '/srv']],
  ['another user stays', ana, ['deploy', '/root'], ['deploy', '/root']],
] as const)('%s', (_, standIn, [username, workingDirectory], [user, directory]) => {
  expect(placeOf({ username, workingDirectory }, standIn)).toEqual({ username: user, workingDirectory: directory });
});
