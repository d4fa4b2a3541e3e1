/** Tavily names countries in English and takes no codes; one that is not here is reported as not supported. */
export const tavilyCountries: Readonly<Record<string, string>> = {
  ...{ AR: 'argentina', AU: 'australia', AT: 'austria', BD: 'bangladesh', BE: 'belgium', BR: 'brazil', BG: 'bulgaria' },
  ...{ CA: 'canada', CL: 'chile', CN: 'china', CO: 'colombia', HR: 'croatia', CZ: 'czech republic', DK: 'denmark' },
  ...{ EG: 'egypt', EE: 'estonia', FI: 'finland', FR: 'france', DE: 'germany', GR: 'greece', HU: 'hungary' },
  ...{ IS: 'iceland', IN: 'india', ID: 'indonesia', IE: 'ireland', IL: 'israel', IT: 'italy', JP: 'japan' },
  ...{ KE: 'kenya', LV: 'latvia', LT: 'lithuania', LU: 'luxembourg', MY: 'malaysia', MX: 'mexico', MA: 'morocco' },
  ...{ NL: 'netherlands', NZ: 'new zealand', NG: 'nigeria', NO: 'norway', PK: 'pakistan', PE: 'peru' },
  ...{ PH: 'philippines', PL: 'poland', PT: 'portugal', RO: 'romania', RU: 'russia', SA: 'saudi arabia' },
  ...{ RS: 'serbia', SG: 'singapore', SK: 'slovakia', SI: 'slovenia', ZA: 'south africa', KR: 'south korea' },
  ...{ ES: 'spain', SE: 'sweden', CH: 'switzerland', TW: 'taiwan', TH: 'thailand', TR: 'turkey', UA: 'ukraine' },
  ...{ AE: 'united arab emirates', GB: 'united kingdom', US: 'united states', VN: 'vietnam' },
};
