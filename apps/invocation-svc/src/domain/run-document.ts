import {
  type CommandType,
  maskHiddenParameters,
  type Parameters,
  parameterEnvironment,
  parametersToJson,
  parseParameters,
  renderCommand,
  requireComplete,
} from '@muster/command';
import type { RunDocument } from './invocation.ts';

/** A command and how it is to be run this time; every field checked but `parameters`. */
export interface RunTemplate {
  readonly commandType: CommandType;
  readonly username: string;
  readonly workingDirectory: string;
  /** Seconds. */
  readonly timeout: number;
  readonly content: string;
  readonly enableParameter: boolean;
  readonly defaults: Parameters;
  /** JSON text as given; empty for none. */
  readonly parameters: string;
}

/** Freezes what a run executes and what its records show. Refusals: those of rendering, InvalidParameterValue.LackOfParameterInfo. */
export function runDocument(template: RunTemplate): RunDocument {
  const { content, enableParameter, defaults, parameters, commandType, username, workingDirectory, timeout } = template;
  const rendered = requireComplete(renderCommand({ content, enableParameter, defaults }, parameters));
  const masked = maskHiddenParameters(content, rendered.parameters);
  return {
    commandType,
    username,
    workingDirectory,
    timeout,
    content,
    renderedContent: rendered.content,
    shownContent: renderCommand({ content, enableParameter, defaults: masked }, undefined).content,
    environment: Object.fromEntries(parameterEnvironment(rendered.parameters)),
    parameters: shown(content, parseParameters('Parameters', parameters)),
    defaultParameters: shown(content, defaults),
  };
}

function shown(content: string, parameters: Parameters): string {
  return parameters.size === 0 ? '' : parametersToJson(maskHiddenParameters(content, parameters));
}
