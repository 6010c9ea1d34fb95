import { hiddenKeys, type ParameterConf, parametersToJson, parseParameters } from '@muster/command';
import type { Vault } from '@muster/vault';
import { type Defaults, type ScriptDefaults, shownDefaults } from '../domain/defaults.ts';
import type { CommandVersionTable } from './tables/command-version.ts';

/** The columns of a version that hold its defaults. */
export type DefaultsColumns = Pick<
  CommandVersionTable,
  'default_parameters' | 'default_parameter_confs' | 'hidden_defaults'
>;

/** Which version the columns belong to. */
export type VersionKey = Pick<CommandVersionTable, 'command_id' | 'version'>;

/** The columns for the defaults of a version: hidden values are sealed for it and masked elsewhere. */
export function sealDefaults(vault: Vault, key: VersionKey, defaults: ScriptDefaults): DefaultsColumns {
  const shown = shownDefaults(defaults);
  const hidden = hiddenKeys(defaults.content);
  const values = [...parseParameters('DefaultParameters', defaults.defaultParameters)];
  const secrets = values.filter(([name]) => hidden.has(name));
  return {
    default_parameters: shown.defaultParameters,
    default_parameter_confs: JSON.stringify(shown.defaultParameterConfs),
    hidden_defaults: secrets.length === 0 ? null : vault.seal(Buffer.from(JSON.stringify(secrets)), sealedFor(key)),
  };
}

/** The defaults again. Throws when they were sealed for another version, or by another key. */
export function openDefaults(vault: Vault, row: VersionKey & DefaultsColumns): Defaults {
  const confs = JSON.parse(row.default_parameter_confs) as ParameterConf[];
  if (row.hidden_defaults === null) {
    return { defaultParameters: row.default_parameters, defaultParameterConfs: confs };
  }
  const opened = vault.open(row.hidden_defaults, sealedFor(row)).toString();
  const secrets = new Map(JSON.parse(opened) as [string, string][]);
  return {
    defaultParameters: parametersToJson(
      new Map([...parseParameters('DefaultParameters', row.default_parameters), ...secrets]),
    ),
    defaultParameterConfs: confs.map((conf) => ({ ...conf, value: secrets.get(conf.name) ?? conf.value })),
  };
}

function sealedFor({ command_id: commandId, version }: VersionKey): string {
  return `command-defaults:${commandId}:${version}`;
}
