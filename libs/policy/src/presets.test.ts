import { describe, expect, it } from 'vitest';
import { authorize, CATALOGUE, compilePolicy, findService, PRESETS, parsePolicy } from './index.ts';

const preset = (name: string) => PRESETS.find((each) => each.name === name)!;

/** The catalogued actions, `service:Name`, that a preset allows on everything. */
function allowed(name: string): string[] {
  const { policyId, document } = preset(name);
  const policies = [{ policyId: String(policyId), version: 1, compiled: compilePolicy(parsePolicy(document)) }];
  const caller = { uin: '2', rootUin: '1', appId: '3', isRoot: false, policies };
  return CATALOGUE.flatMap(({ service, actions }) => actions.map((action) => `${service}:${action.name}`)).filter(
    (action) => authorize(caller, { action, resources: [{ name: '*' }] }).allowed,
  );
}

const ofService = (key: string, reads = false) =>
  findService(key)!
    .actions.filter(({ access }) => !reads || access !== 'write')
    .map(({ name }) => `${key}:${name}`);

describe('a preset policy', () => {
  it('has an id that stays as it is', () => {
    expect(PRESETS.map(({ policyId, name }) => [policyId, name])).toEqual([
      [900_000_001, 'QcloudTATFullAccess'],
      [900_000_002, 'QcloudTATReadOnlyAccess'],
      [900_000_003, 'QcloudBatchFullAccess'],
      [900_000_004, 'QcloudBatchReadOnlyAccess'],
      [900_000_005, 'QcloudFullAccessForBatchRole'],
      [900_000_006, 'QcloudCamFullAccess'],
      [900_000_007, 'QcloudCamReadOnlyAccess'],
      [900_000_008, 'AdministratorAccess'],
      [900_000_009, 'ReadOnlyAccess'],
      [900_000_010, 'QcloudCVMFullAccess'],
      [900_000_011, 'QcloudCVMReadOnlyAccess'],
    ]);
  });

  it.each([
    ['QcloudBatchFullAccess', 'batch'],
    ['QcloudCamFullAccess', 'cam'],
    ['QcloudCVMFullAccess', 'cvm'],
  ])('for everything, %s, allows every action of %s and of no other catalogued service', (name, service) => {
    expect(allowed(name)).toEqual(ofService(service));
  });

  it('QcloudTATFullAccess allows every action of tat but forwarding ports', () => {
    expect(allowed('QcloudTATFullAccess')).toEqual(ofService('tat').filter((action) => action !== 'tat:ForwardPort'));
    expect(preset('QcloudTATFullAccess').document.length).toBeLessThan(1_000);
  });

  it.each([
    ['QcloudTATReadOnlyAccess', 'tat'],
    ['QcloudBatchReadOnlyAccess', 'batch'],
    ['QcloudCamReadOnlyAccess', 'cam'],
    ['QcloudCVMReadOnlyAccess', 'cvm'],
  ])('for reading, %s, allows exactly the read and list actions of %s', (name, service) => {
    expect(allowed(name)).toEqual(ofService(service, true));
  });

  it('AdministratorAccess allows everything, and ReadOnlyAccess every read and no write', () => {
    const all = CATALOGUE.map(({ service }) => service);
    expect(allowed('AdministratorAccess')).toEqual(all.flatMap((service) => ofService(service)));
    expect(allowed('ReadOnlyAccess')).toEqual(all.flatMap((service) => ofService(service, true)));
  });

  it('QcloudFullAccessForBatchRole reaches CVM and COS, and neither users nor commands', () => {
    expect(allowed('QcloudFullAccessForBatchRole')).toEqual([...ofService('cos'), ...ofService('cvm')]);
  });
});
