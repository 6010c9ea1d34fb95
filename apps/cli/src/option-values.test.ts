import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDirectory } from '@muster/testkit';
import { expect, test } from 'vitest';
import { parameter } from './option-values.ts';

test('a parameter is taken as it is, or from a file that its key names', () => {
  using folder = tempDirectory();
  const file = join(folder.path, 'secret');
  writeFileSync(file, 'two\nlines=@\n');
  expect(parameter('user=me@home')).toEqual(['user=me@home']);
  expect(parameter(`password@${file}`, ['user=me'])).toEqual(['user=me', 'password=two\nlines=@']);
  writeFileSync(file, 'windows\r\n');
  expect(parameter(`password@${file}`)).toEqual(['password=windows']);
  // left for whoever checks the form
  for (const text of ['password@', '@file', 'password']) expect(parameter(text)).toEqual([text]);
  expect(() => parameter(`password@${file}.gone`)).toThrow(/secret\.gone` cannot be read \(ENOENT\)/);
});
