import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fleetQuery } from '../api/queries.ts';

/** What people call machines, by id; an id that is not there is its own name. */
export type InstanceNames = (instanceId: string) => string;

export function useInstanceNames(): InstanceNames {
  const { data } = useQuery({ ...fleetQuery, refetchInterval: false });
  return useMemo(() => {
    const names = new Map(data?.items.map((each) => [each.instanceId, each.instanceName || each.hostName]));
    return (instanceId) => names.get(instanceId) || instanceId;
  }, [data]);
}
