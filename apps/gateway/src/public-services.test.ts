import { type DescService, getOption } from '@bufbuild/protobuf';
import * as contract from '@muster/contract';
import { expect, it } from 'vitest';
import { PUBLIC_SERVICES } from './public-services.ts';

const { access, Scope } = contract;

function isService(each: unknown): each is DescService {
  return typeof each === 'object' && each !== null && 'kind' in each && each.kind === 'service';
}

const services = (Object.values(contract) as unknown[]).filter(
  (each): each is DescService => isService(each) && each.typeName.startsWith('muster.'),
);

it('lets every service of the contract be reached that is not for services alone', () => {
  const isInternal = ({ methods }: DescService) =>
    methods.every((method) => getOption(method, access).scope === Scope.SERVICE);
  const reached = PUBLIC_SERVICES.map(({ service }) => service.typeName);
  const open = services.filter((service) => !isInternal(service)).map((service) => service.typeName);
  expect(new Set(reached)).toEqual(new Set(open));
  expect(reached).toHaveLength(open.length);
});
