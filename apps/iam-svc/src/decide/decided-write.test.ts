import type { Call } from '@muster/rpc';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../tests/fixture.ts';
import type { IamContext } from '../context.ts';
import type { AccessQuestion } from '../domain/access.ts';
import { decidedWrite } from './decided-write.ts';
import type { Decider, Denied } from './decider.ts';

/** A write for a call about which two things were decided; the second is denied inside the transaction when `denies`. */
function writing({ denies, recording = async () => undefined }: { denies: boolean; recording?: () => Promise<void> }) {
  const steps: string[] = [];
  const asked = ['cam:GetUser', 'cam:AddUser'].map((action) => ({
    context: {},
    action,
    resources: [{ resource: '*' }],
  }));
  const decider: Pick<Decider, 'deniedIn' | 'recordDenied'> = {
    async deniedIn(question: AccessQuestion) {
      steps.push(`decide ${question.action}`);
      if (!denies || question.action === 'cam:GetUser') return undefined;
      const decisions = [{ resource: '*', outcome: 'implicit_deny' as const }];
      const identity = { kind: 'service' as const, name: 'nobody' };
      return { question, level: 'write', answer: { identity, allowed: false, decisions, decisionId: 'd-1' } };
    },
    async recordDenied({ question }: Denied) {
      steps.push(`record ${question.action}`);
      await recording();
    },
  };
  const commit: IamContext['commit'] = async (work) => {
    steps.push('begin');
    try {
      const result = await work({} as never);
      steps.push('commit');
      return result;
    } catch (error) {
      steps.push('roll back');
      throw error;
    }
  };
  const write = decidedWrite({ commit, decider: decider as Decider });
  const done = write({ asked } as unknown as Call, async () => {
    steps.push('write');
    return 'written';
  });
  return { steps, done };
}

describe('a write that was decided before', () => {
  it('is decided again inside the transaction, first', async () => {
    const { steps, done } = writing({ denies: false });
    expect(await done).toBe('written');
    expect(steps).toEqual(['begin', 'decide cam:GetUser', 'decide cam:AddUser', 'write', 'commit']);
  });

  it('is not made when it is denied now, and the denial goes on record once the transaction is gone', async () => {
    const { steps, done } = writing({ denies: true });
    expect(await refusalOf(done)).toMatchObject({ kind: 'denied', details: { action: 'cam:AddUser', resource: '*' } });
    expect(steps).toEqual(['begin', 'decide cam:GetUser', 'decide cam:AddUser', 'roll back', 'record cam:AddUser']);
  });

  it('ends in the failure to record a denial, if that fails', async () => {
    const recording = () => Promise.reject(new Error('the disk is full'));
    await expect(writing({ denies: true, recording }).done).rejects.toThrow('the disk is full');
  });
});
