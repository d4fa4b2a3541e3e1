import type { ReactNode } from 'react';

/** A label around its input. */
export function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label className="block">
      <span className="mb-1 block font-medium text-sm">
        {label}
        {hint && <span className="font-normal text-faint"> {hint}</span>}
      </span>
      {children}
    </label>
  );
}
