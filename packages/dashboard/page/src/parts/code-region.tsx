/** Text as it is written, in a region that scrolls and so can be reached by keyboard. */
export function CodeRegion({ label, className, children }: { label: string; className: string; children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll.
    <section tabIndex={0} aria-label={label} className={`font-mono text-xs ${className}`}>
      <pre className="font-mono">{children}</pre>
    </section>
  );
}
