import { type Command, CommandType } from '@muster/contract';
import type { Scenario } from './scenario.ts';

/** Parameters under which a command does its work, according to the scenarios. */
export function goodParameters(scenarios: readonly Scenario[], name: string): Readonly<Record<string, string>> {
  const steps = scenarios.flatMap(({ steps: all }) => all.filter(({ command }) => command === name));
  return (steps.find(({ expected }) => !expected.exit) ?? steps[0])?.parameters ?? {};
}

/**
 * Values that would run `touch <file>` wherever a script is careless: one for each parameter of the command, behind its good value so
 * that checks of the beginning pass; and one for all of them that has lines of its own.
 */
export function hostileParameters(
  { commandType, defaultParameters, defaultParameterConfs }: Command,
  good: Readonly<Record<string, string>>,
  file: string,
): Record<string, string>[] {
  const defaults = defaultParameters ? (JSON.parse(defaultParameters) as Record<string, string>) : {};
  for (const { parameterName, parameterValue } of defaultParameterConfs) defaults[parameterName] = parameterValue;
  if (Object.keys({ ...defaults, ...good }).length === 0) return [];
  // those that wait would wait for what never comes
  const hurry = Object.fromEntries(
    ['seconds', 'grace-seconds'].filter((name) => name in defaults).map((name) => [name, '1']),
  );
  const all = { ...defaults, ...good, ...hurry };
  const touch = `touch ${file}`;
  const inLine = `a[$(${touch})]\`${touch}\`';${touch};'"$(${touch})";${touch};" | ${touch} & ${touch} #`;
  // in the script's own language, so that it would run if it were reached
  const line = commandType === CommandType.PYTHON ? `__import__('os').system('${touch}')` : touch;
  const ofLines = `\n${line}\n${line}\n`;
  return [
    ...Object.entries(all).map(([name, value]) => ({ ...all, [name]: `${value}${inLine}` })),
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, `${value}${ofLines}`])),
  ];
}
