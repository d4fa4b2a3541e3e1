import { useSearchParams } from 'wouter';

/** The address's parameters, and how to set one of them; an empty one is taken out. */
export function useParams(): [
  URLSearchParams,
  (name: string, value: string) => void,
  (only: Record<string, string>) => void,
] {
  const [search, setSearch] = useSearchParams();
  const set = (name: string, value: string): void =>
    setSearch(
      (now) => {
        if (value === '') now.delete(name);
        else now.set(name, value);
        return now;
      },
      { replace: true },
    );
  return [search, set, (only) => setSearch(only, { replace: true })];
}
