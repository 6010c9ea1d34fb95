import {
  checkDefaults,
  type GivenDefaults,
  HIDDEN_VALUE,
  hiddenKeys,
  keepHiddenValues,
  maskHiddenText,
  type ParameterConf,
  parametersToJson,
  parseParameters,
} from '@muster/command';

/** The defaults of a version, in both forms. */
export interface Defaults {
  /** JSON text of the defaults in whichever form they were given; empty when there are none. */
  readonly defaultParameters: string;
  /** The defaults with descriptions; empty unless they were given this way. */
  readonly defaultParameterConfs: readonly ParameterConf[];
}

/** Defaults and the script that says which of them are hidden. */
export interface ScriptDefaults extends Defaults {
  readonly content: string;
}

/** The defaults as answers show them: those of hidden parameters read `******`. */
export function shownDefaults({ content, defaultParameters, defaultParameterConfs }: ScriptDefaults): Defaults {
  const hidden = hiddenKeys(content);
  return {
    defaultParameters: maskHiddenText(content, defaultParameters),
    defaultParameterConfs: defaultParameterConfs.map((conf) =>
      hidden.has(conf.name) ? { ...conf, value: HIDDEN_VALUE } : conf,
    ),
  };
}

/** Defaults to save with a script; `before` has those that a `******` may stand for. Refusals: those of `checkDefaults`, `keepHiddenValues`. */
export function checkedDefaults(given: GivenDefaults, content: string, before?: ScriptDefaults): Defaults {
  const { defaultParameterConfs: confs } = given;
  const defaults = keepHiddenValues({
    field: confs.length > 0 ? 'DefaultParameterConfs' : 'DefaultParameters',
    given: checkDefaults(given),
    stored: parseParameters('DefaultParameters', before?.defaultParameters),
    hiddenSoFar: hiddenKeys(before?.content ?? ''),
    hiddenFromNow: hiddenKeys(content),
  });
  return {
    defaultParameters: defaults.size === 0 ? '' : parametersToJson(defaults),
    defaultParameterConfs: confs.map((conf) => ({ ...conf, value: defaults.get(conf.name) ?? conf.value })),
  };
}

/** Defaults in the one form in which they could be given again. */
export function asGiven({
  defaultParameters,
  defaultParameterConfs,
}: Defaults): Omit<GivenDefaults, 'enableParameter'> {
  return {
    defaultParameters: defaultParameterConfs.length > 0 ? undefined : defaultParameters,
    defaultParameterConfs,
  };
}
