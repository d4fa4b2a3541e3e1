const zones: Readonly<Record<string, string>> = {
  ...{ UT: '+0000', Z: '+0000', WET: '+0000', BST: '+0100', CET: '+0100', MEZ: '+0100', CEST: '+0200', MESZ: '+0200' },
  ...{
    EET: '+0200',
    EEST: '+0300',
    MSK: '+0300',
    IST: '+0530',
    JST: '+0900',
    KST: '+0900',
    AEST: '+1000',
    AEDT: '+1100',
  },
};
const months: Readonly<Record<string, string>> = {
  ...{
    januar: 'Jan',
    februar: 'Feb',
    marz: 'Mar',
    mai: 'May',
    juni: 'Jun',
    juli: 'Jul',
    oktober: 'Oct',
    dezember: 'Dec',
  },
  ...{
    janvier: 'Jan',
    fevrier: 'Feb',
    mars: 'Mar',
    avril: 'Apr',
    juin: 'Jun',
    juillet: 'Jul',
    aout: 'Aug',
    decembre: 'Dec',
  },
  ...{
    enero: 'Jan',
    febrero: 'Feb',
    marzo: 'Mar',
    abril: 'Apr',
    mayo: 'May',
    junio: 'Jun',
    julio: 'Jul',
    agosto: 'Aug',
  },
  ...{ septiembre: 'Sep', septembre: 'Sep', octubre: 'Oct', octobre: 'Oct', noviembre: 'Nov', diciembre: 'Dec' },
  ...{ mrz: 'Mar', okt: 'Oct', dez: 'Dec', ene: 'Jan', abr: 'Apr', ago: 'Aug', dic: 'Dec', sept: 'Sep' },
};

/** The dates feeds use (RFC 3339, RFC 822 and what is nearly so) -> ISO in UTC; undefined for what is none. Without a zone it is UTC. */
export function toIsoDate(text: string | undefined): string | undefined {
  const trimmed = text?.trim().slice(0, 80) ?? '';
  if (!/\d/.test(trimmed)) return undefined;
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/i.exec(trimmed);
  if (iso) {
    const [, date, time = '00:00', zone = 'Z'] = iso;
    return valid(`${date}T${time.replace(',', '.')}${zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  }
  const english = trimmed
    .replace(/^\p{L}+\.?,\s*/u, '')
    .replace(/\p{L}{3,}/gu, (word) => months[plain(word)] ?? word)
    .replace(/\b[A-Z]{1,4}$/, (zone) => zones[zone] ?? zone);
  // Without a zone the machine's own would be taken.
  return valid(/[+-]\d{4}$|[+-]\d\d:\d\d$|\b[A-Z]{1,4}$/.test(english) ? english : `${english} UTC`);
}

const plain = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function valid(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
