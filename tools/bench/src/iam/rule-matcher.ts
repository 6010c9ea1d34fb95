import type { Ask, Condition, Rule } from './workload.ts';

/** For engines that take functions: a rule as prepared tests, the best form that they can be given. */
export function resourceAndCondition({ resources, condition }: Rule): (ask: Ask) => boolean {
  const covers = resources.map(resourceMatcher);
  const holds = conditionTest(condition);
  return (ask) => covers.some((covered) => covered(ask.resource)) && holds(ask);
}

/** `*` patterns as one prepared regular expression, an empty region meaning every region. */
function resourceMatcher(pattern: string): (resource: string) => boolean {
  if (pattern === '*') return () => true;
  const [, , service, region, account, path] = pattern.split(':');
  const text = ['qcs', '', service, region === '' ? '*' : region, account, path].join(':');
  const expression = starPattern(text);
  return (resource) => expression.test(resource);
}

/** A `*` pattern as a regular expression over the whole text. */
export function starPattern(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`);
}

function conditionTest(condition: Condition | undefined): (ask: Ask) => boolean {
  switch (condition?.kind) {
    case undefined:
      return () => true;
    case 'ip': {
      const base = number(condition.base) >>> (32 - condition.bits);
      return ({ ip }) => number(ip) >>> (32 - condition.bits) === base;
    }
    case 'before': {
      const before = Date.parse(condition.time);
      return ({ time }) => Date.parse(time) < before;
    }
    case 'zone': {
      const names = new Set(condition.names);
      return ({ zone }) => names.has(zone);
    }
  }
}

function number(ip: string): number {
  return ip.split('.').reduce((sum, byte) => ((sum << 8) | Number(byte)) >>> 0, 0);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
