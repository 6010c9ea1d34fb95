import { describe, expect, it } from 'vitest';
import { lint, RULE } from './lint.test-support.ts';

describe('about resources, the linter', () => {
  it('says which services and regions are unknown or old', () => {
    const resource = [
      'qcs::tatt:::command/*',
      'qcs::tat:gz::command/*',
      'qcs::t*:::x/*',
      'qcs:::::x/1',
      'qcs::vpc:::*',
    ];
    const findings = lint({ ...RULE, action: 'vpc:X', resource });
    expect(findings).toMatchObject([
      { code: 'UnknownService', path: 'statement[0].resource[0]', message: expect.stringContaining('mean `tat`?') },
      { code: 'LegacyRegion', path: 'statement[0].resource[1]', message: expect.stringContaining('`ap-guangzhou`') },
    ]);
    expect(findings).toHaveLength(2);
  });
});
