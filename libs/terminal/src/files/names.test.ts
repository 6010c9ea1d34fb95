import { expect, it } from 'vitest';
import { FileFault } from './file-fault.ts';
import { folderOf, inside, isPath, isPlainName, lastName } from './names.ts';

it.each(['', '.', '..', '../etc', 'a/b', '/etc', 'a\0b', 'x'.repeat(256), '文'.repeat(86)])(
  'T11: `%s` of a machine is no name',
  (name) => {
    expect(isPlainName(name)).toBe(false);
  },
);

it.each(['a', '...', '-rf', ' ', 'a\nb', '\u001b[2J', '文'.repeat(85)])('`%s` is a name', (name) => {
  expect(isPlainName(name)).toBe(true);
});

it('finds what a path ends with, and what is above it', () => {
  const both = (path: string) => [folderOf(path), lastName(path)];
  expect(both('/srv/app/')).toEqual(['/srv', 'app']);
  expect(both('/srv')).toEqual(['/', 'srv']);
  expect(both('notes.txt')).toEqual(['.', 'notes.txt']);
  expect(both('dist/.')).toEqual(['dist', '']);
  expect(both('..')).toEqual(['.', '']);
  expect(lastName('/')).toBe('');
  expect(inside('/', 'a')).toBe('/a');
  expect(inside('b', 'a')).toBe('b/a');
});

it('takes no path that the system would not', () => {
  expect(isPath('')).toBe(false);
  expect(isPath('a\0b')).toBe(false);
  expect(isPath(`/${'x'.repeat(4_095)}`)).toBe(false);
  expect(isPath(`/${'x'.repeat(4_094)}`)).toBe(true);
});

it('does not let a machine say what it likes as a fault', () => {
  expect(new FileFault('\u001b[2J', '\u001b[2J').message).toBe('did not work');
  expect(new FileFault('other', 'EIO').message).toBe('did not work (EIO)');
  expect(new FileFault('constructor').code).toBe('other');
  expect(new FileFault('denied', 'EACCES').message).toBe('permission denied');
});
