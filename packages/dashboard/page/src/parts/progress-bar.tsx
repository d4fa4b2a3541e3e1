/** How far a goal is, 0 to 100. */
export function ProgressBar({ percent, label }: { percent: number; label: string }) {
  return (
    <div
      role="progressbar"
      aria-valuenow={Math.round(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-label={label}
      className="h-1.5 w-full overflow-hidden rounded-full bg-idle-soft"
    >
      <div
        className={`h-full rounded-full motion-safe:transition-[width] motion-safe:duration-300 ${percent >= 100 ? 'bg-good' : 'bg-accent'}`}
        style={{ width: `${Math.min(100, percent)}%` }}
      />
    </div>
  );
}
