import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileResource, coversResource, parseResourceName } from '../resource.ts';
import { meets } from './meeting.ts';

const TEMPLATES = [
  'qcs::tat:$region:$account:command/$commandId',
  'qcs::tat:$region:$account:command/*',
  'qcs::cam::$account:role/$role/$name',
  'qcs::cos:$region:uid/$appid:$bucket/$key',
];

it('a statement’s resource meets every template of which it covers an example', () => {
  const letter = fc.constantFrom('a', 'b', 'command', 'role', '/', 'uid');
  const word = fc.array(letter, { minLength: 1, maxLength: 3 }).map((all) => all.join(''));
  const piece = fc.oneof(letter, fc.constantFrom('*', `\${uin}`, '/*', 'command/'));
  const resource = fc
    .tuple(
      fc.constantFrom('', '*', 'tat', 'c*', 'cam', 'cos'),
      fc.constantFrom('', '*', 'gz'),
      fc.array(piece, { minLength: 1, maxLength: 5 }).map((all) => all.join('')),
    )
    .map(([service, region, path]) => `qcs::${service}:${region}::${path}`);
  let covered = 0;
  fc.assert(
    fc.property(resource, fc.constantFrom(...TEMPLATES), word, word, (pattern, template, one, two) => {
      const example = template
        .replace('$region', 'ap-guangzhou')
        .replace('$account', '')
        .replace('$appid', '3')
        .replace(/\$\w+/, one)
        .replace(/\$\w+/, two);
      const name = { ...parseResourceName(example, 'uin/1')!, foreign: false };
      if (!coversResource(compileResource(pattern), name, { uin: 'a', owner_uin: '1', app_id: '3' })) return;
      covered++;
      expect(meets(pattern, template)).toBe(true);
    }),
    { numRuns: 20_000 },
  );
  expect(covered).toBeGreaterThan(500);
});

it.each([
  ['qcs::tat:::command/x', 'qcs::tat:$region:$account:command/*'],
  ['qcs::tat:::*y', 'qcs::tat:$region:$account:command/x'],
  ['qcs::tat:::comm', 'qcs::tat:$region:$account:command/$commandId'],
  ['qcs::tat:::command/x/y', 'qcs::tat:$region:$account:command/*'],
])('%s does not meet %s', (resource, template) => {
  expect(meets(resource, template)).toBe(false);
});
