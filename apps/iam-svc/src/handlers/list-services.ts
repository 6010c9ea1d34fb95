import type { MessageInitShape } from '@bufbuild/protobuf';
import type { MethodImpl } from '@connectrpc/connect';
import type { AnalysisService, CatalogServiceSchema } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { CATALOGUE, findService, GENERAL_KEYS, type ServiceCatalogue } from '@muster/policy';

export function listServices(): MethodImpl<typeof AnalysisService.method.listServices> {
  return ({ service }) => {
    const wanted = service === '' ? CATALOGUE : [findService(service)].filter((one) => one !== undefined);
    if (wanted.length === 0) throw notFound('InvalidParameter.ActionServiceNotExist', 'service', service);
    return { services: wanted.map(toCatalogService), conditionKeys: [...GENERAL_KEYS] };
  };
}

function toCatalogService(catalogue: ServiceCatalogue): MessageInitShape<typeof CatalogServiceSchema> {
  const { service, title, complete, actions, conditionKeys } = catalogue;
  const templates = new Set(actions.flatMap(({ resources }) => resources));
  return {
    service,
    title,
    complete,
    actions: actions.map(({ name, access, operationLevel, resources, aliases, description }) => ({
      name,
      accessLevel: access,
      operationLevel,
      resources: [...resources],
      aliases: [...aliases],
      description,
    })),
    conditionKeys: [...conditionKeys],
    resourceTypes: [...new Set([...templates].filter((one) => one.startsWith(`qcs::${service}:`)).map(pathOf))],
  };
}

function pathOf(template: string): string {
  return template.split(':').slice(5).join(':');
}
