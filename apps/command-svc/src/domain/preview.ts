import { checkContent, renderCommand, type Template } from '@muster/command';
import { invalid } from '@muster/kernel';

/** The template of a script that is no stored command: its placeholders count, and it has no defaults. */
export function scriptTemplate(content: Uint8Array): Template {
  return { content: checkContent(content), enableParameter: true, defaults: new Map() };
}

/**
 * The script as it would run, hidden values masked, placeholders without a value left in it. Refusals: InvalidParameterValue.LackOfParameters when there are
 * placeholders and nothing at all to put in them, and those of `renderCommand`.
 */
export function previewContent(template: Template, parameters: string): string {
  const { shownContent, missing } = renderCommand(template, parameters);
  if (!parameters && template.defaults.size === 0 && missing.length > 0) {
    const keys = missing.map((key) => `\`${key}\``).join(', ');
    throw invalid(
      'InvalidParameterValue.LackOfParameters',
      'Parameters',
      `is required for a script with placeholders and no defaults, was not given; the script uses ${keys}`,
    );
  }
  return shownContent;
}
