import { legible } from './legible.ts';

interface GivenProps {
  text: string;
  className?: string;
  /** Also on hover, where it may be cut. */
  hover?: boolean;
}

/** Text that came from outside: in its own direction, apart from the text around it, and with nothing hidden in it. */
export function Given({ text, className, hover = false }: GivenProps) {
  const shown = legible(text);
  return (
    <bdi className={className} title={hover ? shown : undefined}>
      {shown}
    </bdi>
  );
}
