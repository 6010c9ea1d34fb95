import { CloseButton, Kbd, TextInput, type TextInputProps } from '@mantine/core';
import { Search } from 'lucide-react';

/** The filter of a page; `/` puts the cursor here. */
export function SearchBox({
  value,
  onChange,
  ...rest
}: Omit<TextInputProps, 'value' | 'onChange'> & { value: string; onChange: (value: string) => void }) {
  return (
    <TextInput
      data-search
      leftSection={<Search size={15} aria-hidden />}
      rightSection={
        value ? (
          <CloseButton size="sm" aria-label="Clear" onClick={() => onChange('')} />
        ) : (
          <Kbd size="xs" className="wide-only" aria-hidden>
            /
          </Kbd>
        )
      }
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      spellCheck={false}
      {...rest}
    />
  );
}
