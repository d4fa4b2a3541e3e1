import { ToggleGroup } from 'radix-ui';
import { Icon } from '../parts/icons.tsx';
import { setTheme, type Theme, themes, useTheme } from './theme.ts';

const icons = { system: 'system', light: 'sun', dark: 'moon' } as const;

export function ThemeSwitch() {
  const theme = useTheme();
  return (
    <ToggleGroup.Root
      type="single"
      value={theme}
      onValueChange={(value) => value !== '' && setTheme(value as Theme)}
      aria-label="Theme"
      className="inline-flex rounded-lg border border-line bg-sunken p-0.5"
    >
      {themes.map((name) => (
        <ToggleGroup.Item
          key={name}
          value={name}
          aria-label={`${name[0]?.toUpperCase()}${name.slice(1)} theme`}
          title={`${name[0]?.toUpperCase()}${name.slice(1)} theme`}
          className="inline-flex size-6.5 items-center justify-center rounded-md text-faint hover:text-ink data-[state=on]:bg-thumb data-[state=on]:text-ink data-[state=on]:shadow-sm"
        >
          <Icon name={icons[name]} className="size-3.5" />
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
