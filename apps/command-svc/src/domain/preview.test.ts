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

const value = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
// no letter but in the pieces, or braces around it would be a placeholder without a value
const scriptOf = (...pieces: string[]) => fc.string({ unit: fc.constantFrom('{', '}', '.', '\n', ...pieces) });

it('shows exactly what a run of the same command with the same parameters executes', () => {
  fc.assert(
    fc.property(scriptOf('{{a}}', '{{b}}'), value, value, (content, a, b) => {
      const template = { content, enableParameter: true, defaults: new Map([['b', b]]) };
      const parameters = parametersToJson(new Map([['a', a]]));
      expect(previewContent(template, parameters)).toBe(requireComplete(renderCommand(template, parameters)).content);
    }),
  );
});

it('shows the same with hidden values masked, given ones and defaults', () => {
  fc.assert(
    fc.property(scriptOf('{{a}}', '{{tat-hidden:a}}', '{{tat-hidden:b}}'), value, value, (content, a, b) => {
      const hidden = (key: string, text: string) => (content.includes(`{{tat-hidden:${key}}}`) ? '******' : text);
      const template = { content, enableParameter: true, defaults: new Map([['b', b]]) };
      const masked = { ...template, defaults: new Map([['b', hidden('b', b)]]) };
      expect(previewContent(template, parametersToJson(new Map([['a', a]])))).toBe(
        renderCommand(masked, parametersToJson(new Map([['a', hidden('a', a)]]))).content,
      );
    }),
  );
});
