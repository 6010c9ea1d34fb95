import type { Command } from '@muster/contract';
import { invocations } from '../api/clients.ts';
import { typeOf } from '../ui/languages.ts';
import { placeholders, writeParameters } from './parameters.ts';
import { keysOf, type RunDraft } from './run-draft.ts';

/** Starts a draft, or a stored command with the draft's values, and gives the id of the run. */
export async function startRun({
  draft,
  command,
  instanceIds,
  clientToken,
}: {
  draft: RunDraft;
  command: Command | undefined;
  instanceIds: readonly string[];
  clientToken: string;
}): Promise<string> {
  const surroundings = {
    instanceIds: [...instanceIds],
    username: draft.username,
    workingDirectory: draft.directory,
    clientToken,
    ...(draft.timeout ? { timeout: Number(draft.timeout) } : {}),
  };
  if (command) {
    const keys = command.enableParameter ? placeholders(new TextDecoder().decode(command.content)) : [];
    const answer = await invocations.invokeCommand({
      ...surroundings,
      commandId: command.commandId,
      parameters: parametersOf(draft, keys),
    });
    return answer.invocationId;
  }
  const answer = await invocations.runCommand({
    ...surroundings,
    content: new TextEncoder().encode(draft.content),
    commandType: typeOf(draft.language),
    enableParameter: draft.withParameters,
    parameters: parametersOf(draft, keysOf(draft)),
    saveCommand: draft.saveAs !== '',
    commandName: draft.saveAs,
  });
  return answer.invocationId;
}

/** Empty fields are left to the command's defaults. */
function parametersOf({ values }: RunDraft, keys: readonly string[]): string {
  const given = keys.flatMap((key) => (values[key] ? [[key, values[key]] as const] : []));
  return writeParameters(new Map(given));
}
