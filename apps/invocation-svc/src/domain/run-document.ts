import {
  type CommandType,
  maskHiddenText,
  type Parameters,
  parameterEnvironment,
  parametersToJson,
  renderCommand,
  requireComplete,
} from '@muster/command';
import type { NewRunDocument } from './invocation.ts';

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
  readonly outputCosBucketUrl: string;
  readonly outputCosKeyPrefix: string;
}

/** Freezes what a run executes and what its records show. Refusals: those of rendering, InvalidParameterValue.LackOfParameterInfo. */
export function runDocument(template: RunTemplate): NewRunDocument {
  const { content, enableParameter, defaults, parameters, commandType, username, workingDirectory, timeout } = template;
  const rendered = requireComplete(renderCommand({ content, enableParameter, defaults }, parameters));
  return {
    commandType,
    username,
    workingDirectory,
    timeout,
    outputCosBucketUrl: template.outputCosBucketUrl,
    outputCosKeyPrefix: template.outputCosKeyPrefix,
    content,
    shownContent: rendered.shownContent,
    parameters: maskHiddenText(content, parameters),
    defaultParameters: defaults.size === 0 ? '' : maskHiddenText(content, parametersToJson(defaults)),
    script: {
      content: rendered.content,
      environment: Object.fromEntries(parameterEnvironment(rendered.parameters)),
      hiddenValues: rendered.hiddenValues,
    },
  };
}
