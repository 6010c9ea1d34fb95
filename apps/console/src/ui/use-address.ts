import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** The state of a page as it stands in its address, so that a link shows the same view. Empty values leave the address. */
export function useAddress() {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (changes: Record<string, string>, options: { replace?: boolean } = { replace: true }) =>
      setParams((before) => {
        const after = new URLSearchParams(before);
        for (const [key, value] of Object.entries(changes)) {
          if (value) after.set(key, value);
          else after.delete(key);
        }
        return after;
      }, options),
    [setParams],
  );
  const get = (key: string): string => params.get(key) ?? '';
  return { get, set };
}
