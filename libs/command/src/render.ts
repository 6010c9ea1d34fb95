import { invalid } from '@muster/kernel';
import { checkContentSize } from './fields.ts';
import { overlayParameters, type Parameters, parseParameters } from './parameters.ts';
import { utf8Length } from './quote.ts';

/** What execution records show in place of a hidden parameter's value. */
export const HIDDEN_VALUE = '******';

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
  /** Keys of those placeholders, each once, in order of appearance. */
  readonly missing: readonly string[];
  /** The parameters in force: given over defaults. They also reach the script as its environment. */
  readonly parameters: Parameters;
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
    return { content: template.content, missing: [], parameters: new Map() };
  }
  const inForce = overlayParameters(template.defaults, parseParameters('Parameters', parameters));
  return { ...substitute(template.content, inForce), parameters: inForce };
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

/** The parameters as records may show them: those that `content` uses as `{{tat-hidden:key}}` read `******`. */
export function maskHiddenParameters(content: string, parameters: Parameters): Parameters {
  const hidden = new Set<string>();
  for (const [, prefix, key] of content.matchAll(PLACEHOLDER)) if (prefix) hidden.add(key as string);
  return new Map([...parameters].map(([key, value]) => [key, hidden.has(key) ? HIDDEN_VALUE : value]));
}

/** `{{key}}` or `{{tat-hidden:key}}`, without blanks, for anything that can be a key. */
const PLACEHOLDER = /\{\{(tat-hidden:)?([A-Za-z0-9_-]{1,64})\}\}/g;

/** One pass: what was put in is never looked at again, so a value that holds `{{other}}` stays as it is. */
function substitute(content: string, parameters: Parameters): Pick<Rendered, 'content' | 'missing'> {
  const missing = new Set<string>();
  const parts: string[] = [];
  let size = 0;
  let end = 0;
  const append = (text: string) => {
    parts.push(text);
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
    append(value);
    end = match.index + match[0].length;
  }
  append(content.slice(end));
  return { content: parts.join(''), missing: [...missing] };
}
