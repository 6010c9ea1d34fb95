import { describe, expect, it } from 'vitest';
import {
  commandResource,
  instanceKind,
  instanceResource,
  invalid,
  isId,
  isoSeconds,
  newId,
  notFound,
  randomText,
} from './index.ts';

describe('ids', () => {
  it('makes ids that it recognises, and never the same twice', () => {
    const ids = new Set(Array.from({ length: 2000 }, () => newId('cmd')));
    expect(ids.size).toBe(2000);
    for (const id of ids) expect(isId(id, 'cmd')).toBe(true);
    expect(randomText(33)).toHaveLength(33);
  });

  it.each(['cmd', 'cmd-', 'cmd-SHOUTING', 'cmd-short', '../etc', 'ins-12345678\n', 'inv-12345678'])(
    'refuses %j as a command id',
    (text) => {
      expect(isId(text, 'cmd')).toBe(false);
    },
  );

  it('knows the kind of a machine by its prefix', () => {
    expect(instanceKind('ins-abcdefgh')).toBe('CVM');
    expect(instanceKind('lhins-abcdefgh')).toBe('LIGHTHOUSE');
    expect(instanceKind('rins-abcdefgh')).toBe('REGISTERED');
    expect(instanceKind('cmd-abcdefgh')).toBeUndefined();
  });
});

describe('resources', () => {
  it('names a command and each kind of machine', () => {
    expect(commandResource('ap-guangzhou', 'cmd-abcdefgh')).toBe('qcs::tat:ap-guangzhou::command/cmd-abcdefgh');
    expect(instanceResource('r', 'ins-abcdefgh')).toBe('qcs::cvm:r::instance/ins-abcdefgh');
    expect(instanceResource('r', 'lhins-abcdefgh')).toBe('qcs::lighthouse:r::instance/lhins-abcdefgh');
    expect(instanceResource('r', 'rins-abcdefgh')).toBe('qcs::tat:r::register-instance/rins-abcdefgh');
  });
});

it('writes instants as TAT documents them', () => {
  expect(isoSeconds(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02T03:04:05Z');
});

it('words refusals with field, limit and value', () => {
  const no = invalid('InvalidParameterValue.Range', 'Timeout', 'must be 1 to 86400 seconds, was 0');
  expect(no).toMatchObject({ kind: 'invalid', reason: 'InvalidParameterValue.Range', details: { field: 'Timeout' } });
  expect(no.message).toBe('Timeout must be 1 to 86400 seconds, was 0');
  expect(notFound('ResourceNotFound.CommandNotFound', 'command', 'cmd-x').message).toBe('no command `cmd-x`');
});
