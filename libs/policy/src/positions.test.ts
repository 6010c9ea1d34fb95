import { describe, expect, it } from 'vitest';
import { readJson } from './json.ts';
import { type JsonPath, LineIndex, offsetOf, pathText } from './positions.ts';

describe('a place in a text', () => {
  it('is a line and a column, both from 1, whatever ends the lines', () => {
    const lines = new LineIndex('ab\r\ncd\re\n\nf');
    const at = (offset: number) => Object.values(lines.at(offset)).join(':');
    expect([0, 1, 4, 7, 9, 10, 11].map(at)).toEqual(['1:1', '1:2', '2:1', '3:1', '4:1', '5:1', '5:2']);
  });

  it('counts a column in UTF-16 units, as editors do', () => {
    expect(new LineIndex('"😀" x').at(5)).toEqual({ line: 1, column: 6 });
  });
});

describe('an element', () => {
  const text = '{"statement": [{"action": ["a", "b"], "condition": {" op ": {"k": 1, "k": 2}}}], "single": {"x": 7}}';
  const { root } = readJson(text);
  const found = (path: JsonPath, part: 'name' | 'value' = 'value') => text.slice(offsetOf(root!, path, part));

  it('is found by its path, at its value or at its name', () => {
    expect(found([])).toMatch(/^\{"statement"/);
    expect(found(['statement', 0, 'action', 1])).toMatch(/^"b"/);
    expect(found(['statement', 0, 'condition', ' op '])).toMatch(/^\{"k": 1/);
    expect(found(['statement', 0, 'condition', ' op '], 'name')).toMatch(/^" op "/);
    expect(found([], 'name')).toMatch(/^\{"statement"/);
  });

  it('that is named twice is the last one, which is the one that counts', () => {
    expect(found(['statement', 0, 'condition', ' op ', 'k'])).toMatch(/^2/);
  });

  it('that is missing is placed where it should be', () => {
    expect(found(['statement', 0, 'effect'])).toMatch(/^\{"action"/);
    expect(found(['single', 'x', 'y'])).toMatch(/^7/);
  });

  it('is found where the brackets of a list were dropped', () => {
    expect(found(['single', 0, 'x'])).toMatch(/^7/);
  });

  it('is written as authors would write it, cut to a readable length', () => {
    expect(pathText(['statement', 0, 'condition', ' ip_equal ', 'qcs:ip', 1])).toBe(
      'statement[0].condition.ip_equal.qcs:ip[1]',
    );
    expect(pathText([])).toBe('');
    expect(pathText(['x'.repeat(1000)])).toHaveLength(60);
  });
});
