const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A date as pages write it -> ISO 8601, a day or an instant; undefined when it is not clearly one. */
export function toIsoDate(text: string | null | undefined): string | undefined {
  const value = text?.trim();
  if (!value || value.length > 80) return undefined;
  const day = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(value) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(value);
  if (day) return dayOf(Number(day[1]), Number(day[2]), Number(day[3]));
  if (/^\d{4}-\d{2}$/.test(value)) return value;

  const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(value);
  if (iso) {
    const zone = iso[3]?.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2') ?? '';
    const time = iso[2]?.length === 5 ? `${iso[2]}:00` : iso[2]?.replace(/\.(\d{3})\d+$/, '.$1');
    const stamp = `${iso[1]}T${time}${zone}`;
    return Number.isNaN(Date.parse(stamp)) ? undefined : stamp;
  }
  const words =
    /^(?:[a-z]{3,9},?\s+)?(?:(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?([a-z]{3,9})\.?|([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?),?\s+(\d{4})(.*)$/i.exec(
      value,
    );
  if (!words) return undefined;
  const month = months.indexOf((words[2] ?? words[3] ?? '').slice(0, 3).toLowerCase()) + 1;
  const date = dayOf(Number(words[5]), month, Number(words[1] ?? words[4]));
  const clock = /^\s+(\d{2}:\d{2}:\d{2})\s+(?:GMT|UTC|Z|\+0000)$/i.exec(words[6] ?? '');
  return date && clock ? `${date}T${clock[1]}Z` : date;
}

function dayOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && year > 1000 && year < 3000 ? date.toISOString().slice(0, 10) : undefined;
}
