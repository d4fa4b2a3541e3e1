import type { Media } from '../media.ts';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A body in the fields that the media type asks for: body, body_html, body_text. */
export function bodyFields(media: Media, body: string | null): object {
  const html = { body_html: body === null ? null : `<p dir="auto">${escaped(body)}</p>` };
  if (media === 'html') return html;
  if (media === 'text') return { body_text: body ?? '' };
  return media === 'full' ? { body, ...html, body_text: body ?? '' } : { body };
}
