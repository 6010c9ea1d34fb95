import { invalid } from '@muster/kernel';
import { keysInText, parseObject } from './json-object.ts';
import { quote, utf8Length } from './quote.ts';

export const PARAMETERS_MAX = 20;
export const PARAMETER_KEY_MAX_CHARACTERS = 64;
/** Muster's own bound on one JSON text: no value longer than the script can be of use, and every one must fit an environment variable. */
export const PARAMETERS_JSON_MAX_BYTES = 65_536;
export const PARAMETER_ENVIRONMENT_PREFIX = 'MUSTER_PARAM_';

/** Parameters in the order given. A Map, because `__proto__` is a legal key. */
export type Parameters = ReadonlyMap<string, string>;

/** The request fields that carry parameters as JSON text. */
export type ParametersField = 'Parameters' | 'DefaultParameters';

/** One default with its explanation, TAT's DefaultParameterConf. */
export interface ParameterConf {
  readonly name: string;
  readonly value: string;
  readonly description: string;
}

/**
 * The JSON text of one flat object of strings; nothing or an empty text is no parameters at all.
 * Refusals, all InvalidParameterValue: .ParameterInvalidJsonFormat, .ParameterKeyDuplicated, .ParameterNumberExceeded,
 * .ParameterKeyLenExceeded, .ParameterKeyContainsInvalidChar, .ParameterValueNotString, .TooLong.
 */
export function parseParameters(field: ParametersField, text: string | undefined): Parameters {
  if (!text) return new Map();
  const bytes = utf8Length(text);
  if (bytes > PARAMETERS_JSON_MAX_BYTES) {
    throw invalid(
      'InvalidParameterValue.TooLong',
      field,
      `must be at most ${PARAMETERS_JSON_MAX_BYTES} bytes of JSON, was ${bytes}`,
    );
  }
  const values = parseObject(field, text);
  const parameters = new Map<string, string>();
  for (const key of keysInText(text)) {
    if (parameters.has(key)) {
      throw invalid(
        'InvalidParameterValue.ParameterKeyDuplicated',
        field,
        `must name each key once, has ${quote(key)} twice`,
      );
    }
    checkKey(field, key);
    parameters.set(key, checkValue(field, key, values[key]));
  }
  checkCount(field, parameters.size);
  checkEnvironmentNames(field, parameters.keys());
  return parameters;
}

/**
 * DefaultParameterConfs as parameters. Refusals: InvalidParameter.ParameterNameDuplicated for a repeated ParameterName,
 * otherwise as `parseParameters`.
 */
export function parametersFromConfs(confs: readonly ParameterConf[]): Parameters {
  const field = 'DefaultParameterConfs';
  checkCount(field, confs.length);
  const parameters = new Map<string, string>();
  for (const { name, value } of confs) {
    if (parameters.has(name)) {
      throw invalid(
        'InvalidParameter.ParameterNameDuplicated',
        field,
        `must name each parameter once, has ${quote(name)} twice`,
      );
    }
    checkKey(field, name);
    parameters.set(name, checkValue(field, name, value));
  }
  checkEnvironmentNames(field, parameters.keys());
  return parameters;
}

/** JSON text of parameters, keys in their order; what `parseParameters` reads. */
export function parametersToJson(parameters: Parameters): string {
  // JSON.stringify of an object would move keys such as `7` to the front.
  const members = [...parameters].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `{${members.join(',')}}`;
}

/** How a request may give defaults: at most one of the two forms. */
export interface GivenDefaults {
  readonly enableParameter: boolean;
  readonly defaultParameters: string | undefined;
  readonly defaultParameterConfs: readonly ParameterConf[];
}

/**
 * The defaults of a command (spec section 7). Refusals: InvalidParameterValue.SupportParametersOnlyIfEnableParameter when defaults come
 * without EnableParameter, InvalidParameter.ConflictParameter for both forms at once, and those of the form that was given.
 */
export function checkDefaults(given: GivenDefaults): Parameters {
  const { enableParameter, defaultParameters, defaultParameterConfs } = given;
  if (!defaultParameters && defaultParameterConfs.length === 0) return new Map();
  const field = defaultParameters ? 'DefaultParameters' : 'DefaultParameterConfs';
  if (!enableParameter) {
    throw invalid(
      'InvalidParameterValue.SupportParametersOnlyIfEnableParameter',
      field,
      'needs EnableParameter true, was given with EnableParameter false',
    );
  }
  if (!defaultParameters) return parametersFromConfs(defaultParameterConfs);
  if (defaultParameterConfs.length > 0) {
    throw invalid('InvalidParameter.ConflictParameter', field, 'excludes DefaultParameterConfs, both were given');
  }
  return parseParameters('DefaultParameters', defaultParameters);
}

/**
 * The parameters in force for one run: `given` over `defaults`, key by key. Refusal: InvalidParameterValue.ParameterKeyDuplicated
 * when a given key and a default would become the same environment variable.
 */
export function overlayParameters(defaults: Parameters, given: Parameters): Parameters {
  const inForce = new Map([...defaults, ...given]);
  checkEnvironmentNames('Parameters', inForce.keys());
  return inForce;
}

/** The environment variable that carries a parameter: `MUSTER_PARAM_`, then the key in capitals with `-` as `_`. */
export function environmentName(key: string): string {
  return PARAMETER_ENVIRONMENT_PREFIX + key.replaceAll('-', '_').toUpperCase();
}

/** Parameters as environment variables of the script, which no quoting mistake can turn into commands. */
export function parameterEnvironment(parameters: Parameters): Map<string, string> {
  return new Map([...parameters].map(([key, value]) => [environmentName(key), value]));
}

function checkCount(field: string, count: number): void {
  if (count <= PARAMETERS_MAX) return;
  throw invalid(
    'InvalidParameterValue.ParameterNumberExceeded',
    field,
    `must hold at most ${PARAMETERS_MAX} parameters, holds ${count}`,
  );
}

function checkKey(field: string, key: string): void {
  if (key.length > PARAMETER_KEY_MAX_CHARACTERS) {
    throw invalid(
      'InvalidParameterValue.ParameterKeyLenExceeded',
      field,
      `keys must be at most ${PARAMETER_KEY_MAX_CHARACTERS} characters, one is ${quote(key)}`,
    );
  }
  if (!/^[A-Za-z0-9_-]+$/.test(key)) {
    throw invalid(
      'InvalidParameterValue.ParameterKeyContainsInvalidChar',
      field,
      `keys must be 1 to ${PARAMETER_KEY_MAX_CHARACTERS} letters, digits, \`_\` and \`-\`, one is ${quote(key)}`,
    );
  }
}

function checkValue(field: string, key: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw invalid(
      'InvalidParameterValue.ParameterValueNotString',
      field,
      `values must be strings, that of ${quote(key)} is ${value === null ? 'null' : Array.isArray(value) ? 'an array' : `of type ${typeof value}`}`,
    );
  }
  // Neither survives the way to a process: the environment has no NUL, UTF-8 has no half of a surrogate pair.
  if (value.includes('\0') || !value.isWellFormed()) {
    throw invalid(
      'InvalidParameterValue',
      field,
      `values must be Unicode text without NUL, that of ${quote(key)} is not`,
    );
  }
  return value;
}

function checkEnvironmentNames(field: string, keys: Iterable<string>): void {
  const owner = new Map<string, string>();
  for (const key of keys) {
    const name = environmentName(key);
    const other = owner.get(name);
    if (other !== undefined) {
      throw invalid(
        'InvalidParameterValue.ParameterKeyDuplicated',
        field,
        `keys must differ as environment variables, ${quote(other)} and ${quote(key)} are both ${name}`,
      );
    }
    owner.set(name, key);
  }
}
