import { parametersToJson, renderCommand, requireComplete } from '@muster/command';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { previewContent, scriptTemplate } from './preview.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('asks for parameters only when something is to be put in', () => {
  expect(previewContent(scriptTemplate(bytes('ls')), '')).toBe('ls');
  expect(() => previewContent(scriptTemplate(bytes('ls {{a}} {{b}}')), '')).toThrow(/uses `a`, `b`$/);
  expect(previewContent(scriptTemplate(bytes('ls {{a}}')), '{}')).toBe('ls {{a}}');
  const defaults = new Map([['a', '1']]);
  expect(previewContent({ content: '{{a}} {{b}}', enableParameter: true, defaults }, '')).toBe('1 {{b}}');
  expect(previewContent({ content: '{{a}}', enableParameter: false, defaults: new Map() }, '')).toBe('{{a}}');
});

it('shows exactly what a run of the same command with the same parameters executes', () => {
  const content = fc.string({ unit: fc.constantFrom('{{a}}', '{{b}}', '{{tat-hidden:a}}', '{', '}', 'x', '\n') });
  const value = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(content, value, value, (text, a, b) => {
      const template = { content: text, enableParameter: true, defaults: new Map([['b', b]]) };
      const parameters = parametersToJson(new Map([['a', a]]));
      expect(previewContent(template, parameters)).toBe(requireComplete(renderCommand(template, parameters)).content);
    }),
  );
});
