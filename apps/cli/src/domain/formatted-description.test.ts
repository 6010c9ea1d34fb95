import { expect, test } from 'vitest';
import { readFormattedDescription } from './formatted-description.ts';

const json = JSON.stringify({
  cmd_description: { en: 'How full', 'zh-cn': '磁盘', 'name-en': 'Disks', 'name-zh-cn': '磁盘用量' },
  parameter_description: { path: { en: 'which', 'zh-cn': '路径' } },
});

test('texts come in the language that is asked for', () => {
  expect(readFormattedDescription(json, 'en')).toEqual({
    name: 'Disks',
    description: 'How full',
    parameters: new Map([['path', 'which']]),
  });
  expect(readFormattedDescription(json, 'zh')).toEqual({
    name: '磁盘用量',
    description: '磁盘',
    parameters: new Map([['path', '路径']]),
  });
});

test.each(['', 'no json', 'null', '[]', '{"cmd_description":7,"parameter_description":null}'])(
  'what is not as expected is empty: %j',
  (text) => {
    expect(readFormattedDescription(text, 'en')).toEqual({ name: '', description: '', parameters: new Map() });
  },
);
