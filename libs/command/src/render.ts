import { invalid } from '@muster/kernel';
import { checkContentSize } from './fields.ts';
import { HIDDEN_VALUE, hiddenKeys } from './hidden.ts';
import { overlayParameters, type Parameters, parseParameters } from './parameters.ts';
import { PLACEHOLDER } from './placeholder.ts';
import { utf8Length } from './quote.ts';

/** The parts of a command that decide what a run executes. */
export interface Template {
  /** The script before substitution. */
  readonly content: string;
  readonly enableParameter: boolean;
  readonly defaults: Parameters;
}

/** A script as it would run. */
export interface Rendered {
  /** The script after substitution; placeholders without a value are still in it. */
  readonly content: string;
  /** The same as previews and records show it: `******` in place of each hidden value. */
  readonly shownContent: string;
  /** Keys of the placeholders left in it, each once, in order of appearance. */
  readonly missing: readonly string[];
  /** The parameters in force: given over defaults. They also reach the script as its environment. */
  readonly parameters: Parameters;
  /** What must not be seen anywhere: the values of hidden parameters, each once, without the empty one. */
  readonly hiddenValues: readonly string[];
}

/**
 * Substitutes `parameters`, the JSON text of a request, in a command: the one path of PreviewReplacedCommandContent, InvokeCommand and
 * RunCommand. Without EnableParameter braces are ordinary text. Refusals: InvalidParameterValue.ParameterDisabled for parameters
 * without EnableParameter, those of `parseParameters`, and InvalidParameterValue.CommandContentInvalid when the result passes 64 KB.
 */
export function renderCommand(template: Template, parameters: string | undefined): Rendered {
  if (!template.enableParameter) {
    if (parameters) {
      throw invalid(
        'InvalidParameterValue.ParameterDisabled',
        'Parameters',
        'needs a command with EnableParameter true, this one has it false',
      );
    }
    const { content } = template;
    return { content, shownContent: content, missing: [], parameters: new Map(), hiddenValues: [] };
  }
  const inForce = overlayParameters(template.defaults, parseParameters('Parameters', parameters));
  const hidden = hiddenKeys(template.content);
  const hiddenValues = new Set(
    [...inForce].filter(([key, value]) => hidden.has(key) && value).map(([, value]) => value),
  );
  return { ...substitute(template.content, inForce, hidden), parameters: inForce, hiddenValues: [...hiddenValues] };
}

/** Lets only a complete script run. Refusal: InvalidParameterValue.LackOfParameterInfo, naming every placeholder without a value. */
export function requireComplete(rendered: Rendered): Rendered {
  if (rendered.missing.length === 0) return rendered;
  const keys = rendered.missing.map((key) => `\`${key}\``).join(', ');
  throw invalid(
    'InvalidParameterValue.LackOfParameterInfo',
    'Parameters',
    `must give every placeholder a value, none for ${keys}`,
  );
}

/** One pass: what was put in is never looked at again, so a value that holds `{{other}}` stays as it is. */
function substitute(
  content: string,
  parameters: Parameters,
  hidden: ReadonlySet<string>,
): Pick<Rendered, 'content' | 'shownContent' | 'missing'> {
  const missing = new Set<string>();
  const parts: string[] = [];
  const shownParts: string[] = [];
  let size = 0;
  let end = 0;
  const append = (text: string, shown = text) => {
    parts.push(text);
    shownParts.push(shown);
    size += utf8Length(text);
    // Checked on the way: 9,000 short placeholders for one long value would otherwise be gigabytes first.
    checkContentSize(size, 'after substitution at least');
  };
  for (const match of content.matchAll(PLACEHOLDER)) {
    const key = match[2] as string;
    const value = parameters.get(key);
    if (value === undefined) {
      missing.add(key);
      continue;
    }
    append(content.slice(end, match.index));
    append(value, hidden.has(key) ? HIDDEN_VALUE : value);
    end = match.index + match[0].length;
  }
  append(content.slice(end));
  return { content: parts.join(''), shownContent: shownParts.join(''), missing: [...missing] };
}
