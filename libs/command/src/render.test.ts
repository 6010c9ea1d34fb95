import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Parameters, parametersToJson, renderCommand, requireComplete } from './index.ts';
import { refusalOf } from './refusal-of.test-support.ts';

const NONE: Parameters = new Map();
const template = (content: string, defaults: Parameters = NONE) => ({ content, enableParameter: true, defaults });
const render = (content: string, given: Record<string, string>, defaults: Record<string, string> = {}) =>
  renderCommand(template(content, new Map(Object.entries(defaults))), JSON.stringify(given));

describe('substitution', () => {
  it('is the published sample', () => {
    expect(render('ls {{a}}\necho {{b}} {{c}}', { a: '123' })).toMatchObject({
      content: 'ls 123\necho {{b}} {{c}}',
      missing: ['b', 'c'],
    });
  });

  it.each([
    ['{{a}}', 'A'],
    ['{{a}}{{a}}', 'AA'],
    ['{{tat-hidden:a}}', 'A'],
    ['{{ a }}', '{{ a }}'],
    ['{{a }}', '{{a }}'],
    ['{a}', '{a}'],
    ['{{{a}}}', '{A}'],
    ['{{{{a}}}}', '{{A}}'],
    ['{{}}', '{{}}'],
    ['{{tat-hidden:}}', '{{tat-hidden:}}'],
    ['{{tat-hidden: a}}', '{{tat-hidden: a}}'],
    ['{{TAT-HIDDEN:a}}', '{{TAT-HIDDEN:a}}'],
    ['{{a.b}}', '{{a.b}}'],
    ['{{a\n}}', '{{a\n}}'],
    [`{{${'k'.repeat(65)}}}`, `{{${'k'.repeat(65)}}}`],
    ['数据 {{a}} 😀', '数据 A 😀'],
  ])('makes %j into %j', (content, result) => {
    expect(render(content, { a: 'A' })).toMatchObject({ content: result, missing: [] });
  });

  it('T35: inserts values literally', () => {
    expect(render('{{a}}', { a: "$& $1 $$ $` $' \\ {{a}}" }).content).toBe("$& $1 $$ $` $' \\ {{a}}");
  });

  it('T35: never looks at substituted text again, whatever it is', () => {
    const text = fc.string({ unit: fc.constantFrom('{', '}', '{{', '}}', 'a', 'b', '{{a}}', '{{b}}', '-') });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(render('<{{a}}|{{b}}|{{a}}>', { a, b }).content).toBe(`<${a}|${b}|${a}>`);
      }),
    );
  });

  it('T35: equals joining the pieces of any script', () => {
    const key = fc.constantFrom<string[]>('a', 'b', 'c', 'x-1', '__proto__', '7');
    const plain = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[{}]/g, ''));
    const value = plain.map((text) => text.replaceAll('\0', ''));
    const piece = fc.oneof(
      plain.map((text) => ({ text, key: undefined, hidden: false })),
      fc.record({ text: fc.constant(''), key, hidden: fc.boolean() }),
    );
    const some = fc
      .uniqueArray(fc.tuple(key, value), { selector: ([name]) => name })
      .map((entries) => new Map(entries));
    fc.assert(
      fc.property(fc.array(piece), some, some, (pieces, defaults, given) => {
        const written = (at: (typeof pieces)[number]) =>
          at.key === undefined ? at.text : `{{${at.hidden ? 'tat-hidden:' : ''}${at.key}}}`;
        const found = (name: string): string | undefined => given.get(name) ?? defaults.get(name);
        const expected = pieces.map((at) => (at.key === undefined ? at.text : (found(at.key) ?? written(at))));
        const missing = pieces.flatMap((at) => (at.key !== undefined && found(at.key) === undefined ? [at.key] : []));
        const rendered = renderCommand(template(pieces.map(written).join(''), defaults), parametersToJson(given));
        expect(rendered.content).toBe(expected.join(''));
        expect(rendered.missing).toEqual([...new Set(missing)]);
      }),
    );
  });

  it('leaves everything alone without EnableParameter', () => {
    const off = { content: 'echo {{a}}', enableParameter: false, defaults: NONE };
    expect(renderCommand(off, undefined)).toMatchObject({ content: 'echo {{a}}', missing: [], parameters: NONE });
    expect(refusalOf(() => renderCommand(off, '{}'))).toMatchObject({
      reason: 'InvalidParameterValue.ParameterDisabled',
      details: { field: 'Parameters' },
    });
  });

  it('uses defaults, and given values before them', () => {
    const rendered = render('{{a}} {{b}}', { b: 'given' }, { a: 'default', b: 'default' });
    expect(rendered.content).toBe('default given');
    expect([...rendered.parameters]).toEqual([
      ['a', 'default'],
      ['b', 'given'],
    ]);
  });

  it('accepts keys that the script does not use', () => {
    expect(render('true', { unused: '1' }).content).toBe('true');
  });

  it('stops at 64 KB of Base64, however little was sent', () => {
    expect(render('{{a}}', { a: 'x'.repeat(49_152) }).content).toHaveLength(49_152);
    const bomb = () => render('{{a}}'.repeat(9_000), { a: '中'.repeat(20_000) });
    expect(refusalOf(bomb)).toMatchObject({
      reason: 'InvalidParameterValue.CommandContentInvalid',
      message: expect.stringContaining('after substitution at least'),
    });
  });
});

describe('hidden values', () => {
  it('are in what runs and masked in what is shown, wherever the script uses them', () => {
    const rendered = render('{{tat-hidden:a}} {{a}} {{b}} {{tat-hidden:c}}', { a: 'x', b: 'x' });
    expect(rendered).toMatchObject({
      content: 'x x x {{tat-hidden:c}}',
      shownContent: '****** ****** x {{tat-hidden:c}}',
      hiddenValues: ['x'],
    });
  });

  it('are those in force, each once, none of them empty', () => {
    const content = '{{tat-hidden:a}}{{tat-hidden:b}}{{tat-hidden:c}}{{tat-hidden:d}}';
    const rendered = render(content, { a: 'one', b: '', c: 'one' }, { a: 'not in force', d: 'two', e: 'plain' });
    expect(rendered.hiddenValues).toEqual(['one', 'two']);
  });

  it('may be shown longer than what runs', () => {
    const content = `{{tat-hidden:a}}${'{{a}}'.repeat(9_800)}`;
    expect(render(content, { a: '1' }).shownContent).toHaveLength(6 * 9_801);
  });
});

describe('a run', () => {
  it('goes ahead when every placeholder has a value', () => {
    const rendered = render('{{a}}', { a: '' });
    expect(requireComplete(rendered)).toBe(rendered);
  });

  it('is refused with the name of every placeholder without one', () => {
    expect(refusalOf(() => requireComplete(render('{{b}} {{a}} {{tat-hidden:c}} {{b}}', { a: '1' })))).toMatchObject({
      reason: 'InvalidParameterValue.LackOfParameterInfo',
      message: 'Parameters must give every placeholder a value, none for `b`, `c`',
    });
  });
});
